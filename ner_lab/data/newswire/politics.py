"""Sentence frames of politics, business, war, crime, courts, accidents and weather, in the notation of `grammar`."""

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
  the {ruling|opposition|main opposition|left-wing|right-wing|outlawed} <ORG.party>
  <LOC.country> 's <ORG>
  the <nat> {branch|arm|wing|unit|office} of <ORG>
loc_np:
  4 * <LOC>
  the {capital|city|town|port|village|province|region|state} of <LOC>
  {northern|southern|eastern|western|central|neighbouring|nearby|rural|southwestern|downtown} <LOC>
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
  <person_np> {will|would|may|could|had to|wanted to|planned to} {visit|leave|return to|travel to|stay in} <loc_np> {<when>|next week|}
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
  <person_np> {arrived in|left for|flew to|returned from|cut short a visit to} <loc_np> <when> [for talks with <person_np>] <stop>
  <person_np> <said> <when> [that] <claim> <stop>
  <person_np> <said> [that] <claim> [, {but|and|although} <claim>] <stop>
  " {We|They|I} {will|must|may|can not|do not} {accept|forget|support|ignore} <np> , " <PER:short> said [<when>] <stop>
  " <claim> , " <person_np> <said> [<when>] <stop>
  " <fact> , " <PER:full> , <office> of <ORG> , said in <LOC.city> <stop>
  " <fact> , " said <PER:full> {, a <job> at <ORG.school>|of <ORG>|, who lives in <LOC>} <stop>
  <org_np> <said> <when> [that] <claim> <stop>
  <org_np> <past> <np> [<when>] [, <said_tail>] <stop>
  <LOC.country> <past> <np> {with|of|by} <LOC.country> [<when>] <stop>
  <LOC.country> {accused|warned|urged|blamed|asked|thanked|told} <LOC.country> {of <offence>|on <weekday>|over <np>|to <vp_bare>} <stop>
  <LOC.city> and <LOC.city> {broke off|restored|resumed} {relations|talks|negotiations} {<in_time>|over <np>} <stop>
  <person_np> {met|telephoned|received|replaced|criticised|praised} <person_np> {in <loc_np>|<when>|at the <LOC.facility>|} <stop>
  Talks between <LOC.country> and <LOC.country> {collapsed|resumed|will begin|are due to start} in <loc_np> <when> <stop>
  <person_np> {was|is} {elected|appointed|named|sworn in as|sacked as} <office> of <LOC> <when> <stop>
  Voters in <loc_np> {go to the polls|will choose a new <office>|rejected <np>} <when> <stop>
  <PER> {won|took|received} <percent> of the vote {in <LOC.region>|against #10-40 percent for <PER>|} [, {according to <ORG>|<ORG> said}] <stop>
  The <office> of <LOC> , <PER:full> , {resigned|died|was shot|apologised|fell ill} <when> [in <LOC.city>] <stop>
  The {vote|summit|ceremony|meeting|crisis} in <loc_np> was attended by {<PER> , <PER> and <PER>|leaders of <LOC.country> and <LOC.country>} <stop>
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
  <LOC> {is|was|remains} {the only|one of the} <nat> {state|province|territory|country} ~ s {to|that} <vp> <stop>
  Will <PER:full> {run|stand|resign|win} ? <PER> {may|might} {know|say so} <when> <stop>
  {Ministers|Delegates|Envoys} from <LOC.country> , <LOC.country> , <LOC.country> and <LOC.country> {met|will meet|agreed} in <LOC.city> <stop>
  <who> {marched|demonstrated|gathered|clashed} {in front of|outside|near} <LOC.facility> [in <LOC.city>] {to protest against <np>|<when>} <stop>
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
  {murder|fraud|theft|corruption|espionage|treason|tax evasion|war crimes|bribery|drug smuggling|genocide|arson|perjury}
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

BUSINESS = """
company_np:
  4 * <ORG.company>
  {Shares of|Shares in|A unit of|Rival|The chairman of|Workers at|A spokesman for|Investors in} <ORG.company>
  <nat> {carmaker|airline|bank|retailer|brewer|drugmaker|insurer|oil company|software maker|chipmaker} <ORG.company>
  <LOC.city> ~ -based <ORG.company>
  <ORG.company> , the {maker|seller|distributor} of <PRODUCT> ,
  <ORG.company> , {which|that} {employs #,200-90000 people|is based in <LOC.city>|makes <PRODUCT>|was founded by <PER:full>} ,
  <ORG.company> of <LOC.country>
  <ORG.company> , <LOC.country> 's {largest|second-largest|oldest} {bank|employer|airline|carmaker|steelmaker} ,
business!:
  <company_np> {said|announced|reported} <when> [that] {it|profits|sales} {will|may|would|had} {rise|fall|close|expand|merge} [in <LOC>] <stop>
  <company_np> {rose|fell|gained|lost|slipped|jumped|dropped} {#1-9 ~ -1/2|#2-20 cents|<percent>|#.1-9 points} to {$ #5-95|#10-900 pence} [on <LOC.facility>] [, <ORG.news> said] <stop>
  <company_np> {agreed to buy|bought|sold|will acquire|bid for|merged with} <ORG.company> [for <money>] [<in_time>] <stop>
  <company_np> {will|plans to|wants to|began to} {build|open|close|sell} a {plant|factory|store|refinery|warehouse} in <loc_np> [next year] <stop>
  <company_np> {unveiled|launched|recalled|withdrew|introduced|stopped making|released} {the|its} [<adj>] <PRODUCT> {<when>|in <LOC.city>|} <stop>
  <company_np> {named|appointed|hired|dismissed} <PER:new> [, #35-68 ,] {as|} {its new <boss>|<boss>|head of its <LOC.country> business} <stop>
  <PER:full> , <boss> {of|at} <ORG.company> , <said> [<when>] [that] {the <PRODUCT>|the company|<ORG.company>|it} <vp> <stop>
  " {The|Our} <PRODUCT> <vp> , " said <ORG.company> <boss> <PER:full> <stop>
  " <fact> , " said <PER:new> , an analyst at <ORG.company> [in <LOC.city>] <stop>
  " <ORG.company> <vp> , " <PER:short> said <stop>
  The {new|latest|old} <PRODUCT> {costs <money>|sells for <money>|went on sale <when>|is built in <LOC>|<vp>} <stop>
  {Sales|Production|Exports} of the <PRODUCT> {rose|fell} <percent> in <LOC.country> [<when>] <stop>
  {He|She} {drives|bought|sold|owns|repaired} {an old|a new|a <color>|his first|a second-hand} <PRODUCT.vehicle> [in <LOC.city>] <stop>
  The {driver|owner|buyer|thief} of {a|the} <color> <PRODUCT.vehicle> <vp> <stop>
  The <ORG.company> <PRODUCT> {was|is} {sold in <LOC.country>|faster than the <PRODUCT>|replaced by the <PRODUCT>|powered by a small engine} <stop>
  {An|The} <ORG.company> <PRODUCT.device> {runs|supports|can read|comes with} <PRODUCT.device> [and <PRODUCT.device>] <stop>
  <PRODUCT.device> {is|was} {a|an} {operating system|web browser|video game|mobile phone|programming language|word processor|game console|painkiller} {developed|designed|made|published|released} by <ORG.company> [<in_time>] <stop>
  <PRODUCT.device> {was|has been} {downloaded|installed|sold|played} by {<quantity> users|millions of people} <stop>
  {Users|Owners|Fans} of <PRODUCT.device> {complained|said|know} that <fact> <stop>
  {The software|The game|It|The program} {runs on|was ported to|is available for|was written for} <PRODUCT.device> [, <PRODUCT.device>] and <PRODUCT.device> <stop>
  <PRODUCT.device> #2-9 . #0-9 {was released|fixes the bug|crashed} {<in_time>|on <PRODUCT.device>} <stop>
  <PRODUCT.vehicle> and <PRODUCT.vehicle> {models|owners|buyers|engines} {will be recalled|pay more|were tested|<vp>} <stop>
  The {market|index|dollar|yen|pound|mark|euro} {closed|ended|opened} {up|down|unchanged} <percent> {in <LOC.city>|against the dollar|<when>} <stop>
  {Gold|Oil|Copper|Wheat|Coffee|Cocoa|Sugar|Apple|Orange} {prices|futures} {rose|fell|were steady} {in <LOC.city>|by <percent>|after <np>} <stop>
  {In <LOC.city> , the|The} {stock exchange|bourse|central bank|index} {closed|fell|rose} <percent> , {led by|dragged down by} <ORG.company> and <ORG.company> <stop>
  <LOC.country> 's {inflation|trade deficit|central bank|economy|currency|harvest} {rose|fell|shrank|grew} [by] <percent> <when> <stop>
  {Analysts|Brokers|Traders} {at|from} <ORG.company> <said> {<fact>|<ORG.company> was a bargain|the target for <ORG.company> was $ #20-90} <stop>
  <ORG.company> 's <boss> <PER:full> {resigned|retired|died|will step down} <when> <stop>
  <ORG.company> , <ORG.company> and <ORG.company> {cut|raised|froze} {prices|jobs|fares|salaries} [in <LOC>] <stop>
  {It|The firm|The group} {has offices in|exports to|employs <quantity> people in|moved from <LOC.city> to} <LOC> [, <LOC>] and <LOC> <stop>
  The {company|bank|airline|store|brewery} was {founded|established|bought|rescued} by <PER:full> [and <PER:full>] <in_time> {in <LOC.city>|} <stop>
  {Yields|Bonds|Rates|Shares|Profits} {fell|rose|will rise|may fall} <when> , <who> said <stop>
  The {target|mark|shell|gap|visa|sprint|total|life|time} {was|is} {missed by <percent>|too <adj>|<adj> enough} , <PER:short> <said> <stop>
  {A|The} {missed|profit|growth|sales} target {of <percent>|} {worried|pleased} <who> <stop>
  <ORG.company> {vs.|v.|against} <ORG.company> {is|was} {a|the} {landmark|<adj>} case <stop>
  A <ORG.agency> {official|report|study} {said|showed} that {<ORG.company>|<PRODUCT>} <vp> <stop>
business_lead!:
  <ORG.company> {Q1|Q2|first-half|third-quarter|annual} {net|profit|loss|sales} {rises|falls|jumps} <percent> .
  <LOC.city> , <month> #1-30 ( <ORG.news> ) - <company_np> said <when> {it|profits} <vp> .
  <ORG.company> {to cut|cuts|creates} #,200-9000 jobs [in <LOC>] .
  <ORG.company> {recalls|unveils|ships} <PRODUCT> .
  <ORG.company> {buys|sues|courts|leaves} <ORG.company> .
  {TABLE|RESEARCH ALERT|SHARES} - <ORG.company> {cut|raised|unchanged} .
  -- <LOC.city> Newsroom , +44 171 #200-999 #1000-9999
"""

WAR_AND_CRIME = """
toll:
  {At least|About|More than|Some|Up to} <quantity> people
  <small> {people|soldiers|children|civilians|passengers|policemen|tourists|women}
  <quantity> {people|soldiers|passengers|villagers|refugees|prisoners}
  a <nat> <anon>
  <PER:full> , #12-88 ,
crime!:
  Police in <loc_np> {arrested|questioned|released|shot|charged} {<PER:new>|<PER:new> , #18-70 ,|<small> <group>|a <anon>} {<when>|on suspicion of <offence>|for <offence>|} <stop>
  <toll> {were|was} {killed|injured|wounded|missing|arrested|rescued} {when|after} {a <disaster> in <loc_np>|<who> <vp>|a bomb exploded {near <LOC.facility>|in <LOC.city>}} <stop>
  A {court|judge|jury} in <LOC.city> {sentenced|acquitted|convicted|ordered} <PER:new> {to #2-40 years in prison|of <offence>|to pay <money>|} [<when>] <stop>
  <PER> , a #18-80 ~ -year-old <job> from <LOC> , {pleaded guilty to|denied|confessed to|is charged with} <offence> <stop>
  <PER> {was|is} {accused of|wanted for|jailed for|cleared of|charged with} <offence> {in <LOC>|<when>|} <stop>
  {Prosecutor|Defence lawyer|Judge|Detective|Inspector|Sheriff|Coroner} <PER:full> <said> {<claim>|<fact>} <stop>
  The {victim|suspect|gunman|hostage|driver|killer} {, <PER:full> ,|, identified as <PER:full> ,|} {lived in <LOC>|fled to <LOC>|worked for <ORG>|was <color> ~ -haired|<vp>} <stop>
  {Gunmen|Rebels|Soldiers|Guerrillas|Troops|Militants} {attacked|captured|shelled|entered|surrounded|left} <loc_np> <when> [, killing <small> people] <stop>
  <org_np> {claimed responsibility for|condemned|denied any part in} the {attack|bombing|kidnapping|killing} [of <PER>] [in <loc_np>] <stop>
  <ORG> {rebels|guerrillas|fighters|forces|troops} {killed|ambushed|released|captured} <quantity> {soldiers|civilians|prisoners} {near <LOC>|in <loc_np>|} <when> <stop>
  A <nat> <PRODUCT.craft> {crashed|landed|disappeared|was shot down|caught fire} {near <LOC>|in <loc_np>|over the <LOC.river>|} [<when>] [, killing <quantity> people] <stop>
  The <ORG.company> <PRODUCT.craft> , {bound for|on its way from|flying to} <LOC.city> , {crashed|landed safely|turned back|vanished} [<when>] <stop>
  {The navy|The air force|Pilots|Investigators|Passengers} {ordered|tested|lost|described|recovered} {a|the|#2-40} <PRODUCT.craft> [<when>] <stop>
  The <PRODUCT.craft> {carried|sank with|was hit by|<vp>} {<quantity> passengers|a missile|a crew of <small>|} <stop>
  Hurricane-force winds {hit|battered} <loc_np> {<when>|and <loc_np>} <stop>
  {Rain|Snow|Fog|Storms|Floods|Drought|Heavy rain|A heat wave} {is|are} {expected|forecast|likely} in {northern|southern|western|eastern|} <LOC> <when> <stop>
  The {storm|hurricane|cyclone|flood} {killed|left|destroyed} <quantity> {people|homeless|houses} {in|across} <loc_np> [and <loc_np>] <stop>
  The <EVENT> {killed <quantity> people|destroyed much of <LOC>|began <in_time>|left <quantity> homeless} <stop>
  An earthquake {measuring #.4-7|of magnitude #.4-7|} {shook|struck|hit} {northern|southern|central|eastern|} <LOC> <when> [, <ORG> said] <stop>
  The {river|ferry|train|bus|plane} {from <LOC.city> to <LOC.city>|near <LOC>|} {burst its banks|sank|derailed|overturned|was delayed|hit a bridge} <stop>
  {Doctors|Nurses|A spokesman} at <ORG.school> {said|told <ORG.news>} that <PER> {was stable|had died|may leave <when>|<vp>} <stop>
  {Refugees|Thousands of people|<who>} fled {from|} <loc_np> {to|into|for} <loc_np> {after the <EVENT>|<when>|} <stop>
  <ORG.agency> {investigators|agents|inspectors|workers|doctors} {arrived in|searched|visited|left} <loc_np> <when> <stop>
  <PER:short> 's {lawyer|wife|mother|brother|car|body} , <PER:new> , <said> <claim> <stop>
  <PER:short> 's {trial|body|car|house|funeral|appeal} {was|is|will be} {found|held|heard|delayed} {in <LOC>|<when>|} <stop>
  The {shell|mine|bomb|rocket|grenade} {hit a market|landed in a field|failed to explode|killed a <anon>} {in <loc_np>|near <loc_np>|} <stop>
  {Police|Officials|Residents|Doctors|Witnesses} said <fact> <stop>
  <who> <vp> {when|after|before} the {shell|bomb|train|ferry|bullet} {exploded|sank|hit the bridge|left <LOC.city>} <stop>
  {The|A} <adj> {trial|inquest|hearing|appeal} {opens|opened|resumed} {<when>|in <LOC.city>} <stop>
  No {group|one|suspect} <vp> , {police|prosecutors|the judge} said <stop>
disaster:
  {bus|train|ferry|helicopter|gas tank|coach} {crashed|overturned|exploded|caught fire}
  {fire|flood|landslide|storm} {swept through|destroyed} {a|the} <building>
  {gunman|sniper} opened fire
war!:
  The <ORG.unit> {was|were} {formed|organized|mustered|disbanded|stationed|captured|reorganized} {at|in} <loc_np> <in_time> <stop>
  <PER:full> {commanded|led|joined|deserted|raised} the <ORG.unit> {during|at|in} the <EVENT> <stop>
  The <EVENT> {was fought|took place|ended|began} {near|in} <LOC> [<in_time>] <stop>
  {During|After|Before|At} the <EVENT> , {he|she|<PER>|the regiment|the <ORG.unit>} {fought|served|was wounded|was captured|was stationed} {in <LOC>|near <LOC>|under <title> <PER>|with the <ORG.unit>} <stop>
  {General|Colonel|Major|Captain|Admiral|Lieutenant} <PER:full> {was|took} {killed|wounded|captured|command} {at|in|near} <LOC> <stop>
  {Colonel|Captain|General|Major} <PER:full> of the <ORG.unit> {crossed|reached|burned|defended} the <LOC.river> {<in_time>|with <quantity> men} <stop>
  The {regiment|brigade|squadron|division|garrison} {lost <quantity> men|marched to <LOC>|surrendered|fought at <LOC>|returned to <LOC.city>} [<in_time>] <stop>
  <LOC.country> {invaded|annexed|occupied|conquered|attacked|surrendered to|declared war on} <LOC> [<in_time>] <stop>
  <PER:short> {defeated|betrayed|succeeded|besieged} <PER> {at <LOC>|<in_time>|near the <LOC.river>} <stop>
  <PER.mono> {conquered|ruled|invaded|was crowned king of|founded|besieged} <LOC> [<in_time>] <stop>
  {King|Queen|Emperor|Pope|Saint|Tsar} <PER.mono> {died|was born|was crowned|was murdered|gave the land to <ORG>|married <PER>} {in <LOC>|<in_time>} <stop>
  {Son|Daughter|Brother|Widow|Nephew} of {King|Emperor|Duke|} <PER.mono> , {he|she} {ruled|fled to|inherited} <LOC> {until <year>|} <stop>
  The {reign|death|army|court|coronation|statue} of <PER.mono> <vp> <stop>
  The <EVENT> {left|gave|cost} <LOC.country> {<np>|without <np>} <stop>
  {It|The unit|The fort} was {named after|renamed in honour of|commanded by} <PER:full> <stop>
  {It|The unit} was equipped with {the|} <PRODUCT.craft> [and later {the|} <PRODUCT.craft>] <stop>
  The <PRODUCT.craft> {entered service|was built by <ORG.company>|first flew|was designed by <PER:full>} <in_time> <stop>
  The <PRODUCT.craft> {was|is} a {fighter|bomber|battleship|tank|destroyer|rifle|transport aircraft|spacecraft|submarine} {built|used|designed} by {<LOC.country>|<ORG.company>|the <ORG.agency>} [during the <EVENT>] <stop>
  The {Treaty|treaty|armistice|peace} was signed {at|in} <LOC> {on <date>|<in_time>} <stop>
  The <nat> {army|fleet|troops|garrison} {retreated|landed|surrendered|advanced} {to|at} <LOC> [after the <EVENT>] <stop>
  After the {battle|war|siege} , the <group> <vp> <stop>
  The {battle|siege|retreat|campaign} lasted <small> {days|months|hours} and {cost <quantity> lives|ended in defeat|decided nothing} <stop>
"""
