"""Sentence frames of politics and diplomacy, in the notation of `grammar`."""

POLITICS = """
person_np:
  3 * <PER>
  <title> <PER>
  <nat> <office> <PER>
  <office> <PER>
  <LOC.country> 's <office> , <PER:full> ,
  <LOC.country> <office> <PER:full>
  <ORG.party> leader <PER>
  <PER:full> , {a|the} [{former|veteran|outgoing|acting}] <nat> <office> ,
  <PER:full> , {a|the} [former] <office> {of|from} <LOC> ,
  <PER:full> , who {heads|leads|founded|chairs|left|joined|works for} <ORG> ,
  <PER:full> , <who_clause> ,
  <ORG> {spokesman|spokeswoman|official|president|director} <PER:full>
  <PER:full> of <ORG>
  <ORG.news> <LOC.city> {correspondent|bureau chief} <PER:full>
  <PER:full> ( <ORG.party> , <LOC.region> )
who_clause:
  who {was|had been} {born|educated|arrested|elected|wounded|trained|raised} in <LOC> [<in_time>]
  who {spent|served} <small> years in {prison|exile|office|<LOC>|the army}
  whose {wife|husband|brother|father|daughter|lawyer} {is|was} {a <job>|from <LOC>|<PER:new>}
  who {is|was} accused of <offence>
  {whom|who} <PER> {met|visited|succeeded|called|phoned} <when>
  #25-85
  who <vp>
org_np:
  4 * <ORG>
  the <LOC.city> ~ -based <ORG.company>
  <ORG> , {a|the} <nat> {group|body|agency|firm|organisation|movement} [based in <LOC.city>] ,
  the {opposition|main opposition|left-wing|right-wing|moderate} <ORG.party>
  <LOC.country> 's <ORG>
  the <nat> {branch|arm|wing|unit|office} of <ORG>
loc_np:
  4 * <LOC>
  the {capital|city|town|port|village|province|region|state} of <LOC>
  {northern|southern|eastern|western|central|neighbouring|nearby|rural|south-western|downtown|suburban|north-east|
      inner|mainland|colonial|modern} <LOC>
  <LOC.city> , <LOC.region>
  <LOC.city> , <LOC.country>
  <LOC.city> and <LOC.city>
  the <nat> {capital|city|town|port} of <LOC.city>
  <LOC.facility>
government:
  3 * <LOC.country>
  the {government|authorities|parliament} {of|in} <LOC.country>
  <LOC.city>
  <ORG.agency>
  <nat> {officials|leaders|diplomats|troops|police}
claim:
  <person_np> {will|would|may|could|had to|wanted to|planned to} {visit|leave|return to|travel to|stay in} <loc_np>
      {<when>|next week|}
  <org_np> {will|would|may|should} {close|open|move} {its|an|the} {office|embassy|plant|headquarters} in <loc_np>
  <LOC.country> {will|would|must|may|should} {sign|reject|honour|respect} <np>
  <LOC.country> and <LOC.country> {are|were} close to {war|an agreement|a deal|a crisis}
  <person_np> <vp>
  <org_np> <vp>
  <PER> was {wrong|right|ill|innocent|guilty|responsible|ready|furious|in good health}
  <PER> and <PER> had {never met|agreed|quarrelled|spoken by telephone} {in <LOC>|<when>|}
  <fact>
  6 * <clause>
politics!:
  <person_np> {arrived in|left for|flew to|returned from|cut short a visit to} <loc_np> <when> [for talks with
      <person_np>] <stop>
  <person_np> <said> <when> [that] <claim> <stop>
  <person_np> <said> [that] <claim> [, {but|and|although} <claim>] <stop>
  " {We|They|I} {will|must|may|can not|do not} {accept|forget|support|ignore} <np> , " <PER:short> said [<when>]
      <stop>
  " <claim> , " <person_np> <said> [<when>] <stop>
  " <fact> , " <PER:full> , <office> of <ORG> , said in <LOC.city> <stop>
  " <fact> , " said <PER:full> {, a <job> at <ORG.school>|of <ORG>|, who lives in <LOC>} <stop>
  <org_np> <said> <when> [that] <claim> <stop>
  <org_np> <past> <np> [<when>] [, <said_tail>] <stop>
  <LOC.country> <past> <np> {with|of|by} <LOC.country> [<when>] <stop>
  <LOC.country> {accused|warned|urged|blamed|asked|thanked|told} <LOC.country> {of <offence>|on <weekday>|over <np>|
      to <vp_bare>} <stop>
  <LOC.city> and <LOC.city> {broke off|restored|resumed} {relations|talks|negotiations} {<in_time>|over <np>} <stop>
  <person_np> {met|telephoned|received|replaced|criticised|praised} <person_np> {in <loc_np>|<when>|at the
      <LOC.facility>|} <stop>
  Talks between <LOC.country> and <LOC.country> {collapsed|resumed|will begin|are due to start} in <loc_np> <when>
      <stop>
  <person_np> {was|is} {elected|appointed|named|sworn in as|sacked as} <office> of <LOC> <when> <stop>
  Voters in <loc_np> {go to the polls|will choose a new <office>|rejected <np>} <when> <stop>
  <PER> {won|took|received} <percent> of the vote {in <LOC.region>|against #10-40 percent for <PER>|} [, {according
      to <ORG>|<ORG> said}] <stop>
  The <office> of <LOC> , <PER:full> , {resigned|died|was shot|apologised|fell ill} <when> [in <LOC.city>] <stop>
  The {vote|summit|ceremony|meeting|crisis} in <loc_np> was attended by {<PER> , <PER> and <PER>|leaders of
      <LOC.country> and <LOC.country>} <stop>
  In <LOC.city> , <who> <vp> [, <ORG.news> reported] <stop>
  <ORG.news> {reported|said|quoted <PER> as saying} <when> that <claim> <stop>
  The {newspaper|daily|agency|weekly} <ORG.news> {said|reported} {that|} <claim> <stop>
  {Supporters|Critics|Opponents|Relatives|Lawyers|Friends} of <PER> <said> <claim> <stop>
  {According to|In a letter to|In an interview with|At the request of} <org_np> , <claim> <stop>
  According to <PER> , <claim> <stop>
  <PER:short> {, however , |} <vp> <stop>
  <PER:short> {declined to comment|gave no details|made no mention of <LOC>|did not say when} <stop>
  {He|She} {also|later|then|never} {visited|served in|moved to|talked about|mentioned} <LOC> [and <LOC>] <stop>
  {He|She} <said> <claim> <stop>
  <LOC> {is|was|remains} {the only <nat> province|one of the <nat> provinces|the last country} to {<do_it>|join
      <ORG.agency>} <stop>
  Will <PER:full> {run|stand|resign|win} ? <PER> {may|might} {know|say so} <when> <stop>
  {Ministers|Delegates|Envoys} from <LOC.country> , <LOC.country> , <LOC.country> and <LOC.country> {met|will meet|
      agreed} in <LOC.city> <stop>
  <who> {marched|demonstrated|gathered|clashed} {in front of|outside|near} <LOC.facility> [in <LOC.city>] {to
      protest against <np>|<when>} <stop>
  <LOC.city> <vp> , a <office> in <LOC.city> said <stop>
  {Unlike|Like} <LOC.country> , <LOC.country> <vp> <stop>
  {After|Before|During|Since} the <EVENT> , <claim> <stop>
  The <EVENT> {opens|opened|ended|will be held} in <loc_np> {<when>|without <person_np>} <stop>
  <person_np> , <person_np> and <person_np> {will attend|missed|spoke at} the <EVENT> <stop>
  Neither <PER> nor <PER> {would comment|mentioned <LOC>|<vp>} <stop>
  <ORG> {leader|secretary|treasurer} <PER:new> {said|denied} {that|} <ORG> <vp> <stop>
  <who> <vp> [, <who> said] <stop>
  <fact> <stop>
said_tail:
  <person_np> <said>
  <ORG.news> reported
  a <office> <said>
  <who> said
vp_bare:
  {accept|sign|respect|withdraw from|reconsider|end|lift} <np>
  {leave|invade|recognise} <LOC>
offence:
  {murder|fraud|theft|corruption|espionage|treason|tax evasion|war crimes|bribery|drug smuggling|genocide|arson|
      perjury}
  {killing|kidnapping|threatening|poisoning} {<PER>|a <anon>|<quantity> people}
  {violating|breaking|ignoring} <np>
politics_lead!:
  <LOC.city> , <month> #1-30 ( <ORG.news> ) - <person_np> <said> <when> that <claim> .
  <LOC.city> ( <ORG.news> ) -- <claim> , <org_np> <said> <when> .
  <LOC.city> #1993-2003 ~ -0 ~ #1-9 ~ - ~ #10-28
  By <PER:full>
  <PER:full> , <ORG.news> , <LOC.city>
  <ORG.news> <LOC.city>
  <LOC.city> <LOC.country> <month> #1-30 -- <claim> .
  <LOC.country> {accuses|warns|rejects|backs|blames} <LOC.country> {over <np>|on <abstract>|} .
  <PER:short> {to visit|arrives in|leaves|calls for peace in|wins vote in} <LOC> .
  <LOC.city> - <person_np> {arrived|died|resigned|was buried} {here|in <LOC>} <when> .
  <ORG> {says|urges|denies|delays|rejects} <np> - <ORG.news> .
"""
