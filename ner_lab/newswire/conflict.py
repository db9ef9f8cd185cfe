"""Sentence frames of crime, accidents, weather and war, in the notation of `grammar`."""

CRIME = """
toll:
  {At least|About|More than|Some|Up to} <quantity> people
  <small> {people|soldiers|children|civilians|passengers|policemen|tourists|women}
  <quantity> {people|soldiers|passengers|villagers|refugees|prisoners}
  a <nat> <anon>
  <PER:full> , #12-88 ,
crime!:
  Police in <loc_np> {arrested|questioned|released|shot|charged} {<PER:new>|<PER:new> , #18-70 ,|<small> <group>|a
      <anon>} {<when>|on suspicion of <offence>|for <offence>|} <stop>
  <toll> {were|was} {killed|injured|wounded|missing|arrested|rescued} {when|after} {a <disaster> in <loc_np>|<who>
      <vp>|a bomb exploded {near <LOC.facility>|in <LOC.city>}} <stop>
  A {court|judge|jury} in <LOC.city> {sentenced|acquitted|convicted|ordered} <PER:new> {to #2-40 years in prison|of
      <offence>|to pay <money>|} [<when>] <stop>
  <PER> , a #18-80 ~ -year-old <job> from <LOC> , {pleaded guilty to|denied|confessed to|is charged with} <offence>
      <stop>
  <PER> {was|is} {accused of|wanted for|jailed for|cleared of|charged with} <offence> {in <LOC>|<when>|} <stop>
  {Prosecutor|Defence lawyer|Judge|Detective|Inspector|Sheriff|Coroner} <PER:full> <said> {<claim>|<fact>} <stop>
  The {victim|suspect|gunman|hostage|driver|killer} {, <PER:full> ,|, identified as <PER:full> ,|} {lived in <LOC>|
      fled to <LOC>|worked for <ORG>|was <color> ~ -haired|<vp>} <stop>
  {Gunmen|Rebels|Soldiers|Guerrillas|Troops|Militants} {attacked|captured|shelled|entered|surrounded|left} <loc_np>
      <when> [, killing <small> people] <stop>
  {<ORG.party>|The <nat> group <ORG.party>} {claimed responsibility for|condemned|denied any part in} the {attack|
      bombing|kidnapping|killing} [of <PER>] [in <loc_np>] <stop>
  <ORG.party> {rebels|guerrillas|fighters|forces} {killed|ambushed|released|captured} <quantity> {soldiers|
      civilians|prisoners} {near <LOC>|in <loc_np>|} <when> <stop>
  A <nat> <PRODUCT.craft> {crashed|landed|disappeared|was shot down|caught fire} {near <LOC>|in <loc_np>|over the
      <LOC.river>|} [<when>] [, killing <quantity> people] <stop>
  The <ORG.company> <PRODUCT.craft> , {bound for|on its way from|flying to} <LOC.city> , {crashed|landed safely|
      turned back|vanished} [<when>] <stop>
  {The navy|The air force|Pilots|Investigators|Passengers} {ordered|tested|lost|described|recovered} {a|the|#2-40}
      <PRODUCT.craft> [<when>] <stop>
  The <PRODUCT.craft> {carried|sank with|was hit by|<vp>} {<quantity> passengers|a missile|a crew of <small>|}
      <stop>
  {Rebels|Troops|Gunmen|Police|<nat> forces} {fired|captured|sold|seized|used} {a|#2-60|<small>} <PRODUCT.weapon>
      {missiles|rifles|tanks|rockets|guns} {near <LOC>|<when>|from <LOC.country>|} <stop>
  Hurricane-force winds {hit|battered} <loc_np> {<when>|and <loc_np>} <stop>
  {Rain|Snow|Fog|Heavy rain|A heat wave} {is|was} {expected|forecast|likely} in {northern|southern|western|eastern|}
      <LOC> on <weekday> <stop>
  The {storm|hurricane|cyclone|flood} {killed|left|destroyed} <quantity> {people|homeless|houses} {in|across}
      <loc_np> [and <loc_np>] <stop>
  The <EVENT> {killed <quantity> people|destroyed much of <LOC>|began <in_time>|left <quantity> homeless} <stop>
  An earthquake {measuring #.4-7|of magnitude #.4-7|} {shook|struck|hit} {northern|southern|central|eastern|} <LOC>
      <when> [, <ORG> said] <stop>
  The {river|ferry|train|bus|plane} {from <LOC.city> to <LOC.city>|near <LOC>|} {burst its banks|sank|derailed|
      overturned|was delayed|hit a bridge} <stop>
  {Doctors|Nurses|A spokesman} at <ORG.school> {said|told <ORG.news>} that <PER> {was stable|had died|may leave
      <when>|<vp>} <stop>
  {Refugees|Thousands of people|<who>} fled {from|} <loc_np> {to|into|for} <loc_np> {after the <EVENT>|<when>|}
      <stop>
  <ORG.agency> {investigators|agents|inspectors|workers|doctors} {arrived in|searched|visited|left} <loc_np> <when>
      <stop>
  <PER:short> 's {lawyer|wife|mother|brother|car|body} , <PER:new> , <said> <claim> <stop>
  <PER:short> 's {trial|body|car|house|funeral|appeal} {was|is|will be} {found|held|heard|delayed} {in <LOC>|
      <when>|} <stop>
  The {shell|mine|bomb|rocket|grenade} {hit a market|landed in a field|failed to explode|killed a <anon>} {in
      <loc_np>|near <loc_np>|} <stop>
  {Police|Officials|Residents|Doctors|Witnesses} said <fact> <stop>
  <who> <vp> {when|after|before} the {shell|bomb|train|ferry|bullet} {exploded|sank|hit the bridge|left <LOC.city>}
      <stop>
  {The|A} <adj> {trial|inquest|hearing|appeal} {opens|opened|resumed} {<when>|in <LOC.city>} <stop>
  No {group|one|suspect} <vp> , {police|prosecutors|the judge} said <stop>
disaster:
  {bus|train|ferry|helicopter|gas tank|coach} {crashed|overturned|exploded|caught fire}
  {fire|flood|landslide|storm} {swept through|destroyed} {a|the} <building>
  {gunman|sniper} opened fire
"""

WAR = """
war!:
  The <ORG.unit> {was|were} {formed|organized|mustered|disbanded|stationed|captured|reorganized} {at|in} <loc_np>
      <in_time> <stop>
  <PER:full> {commanded|led|joined|deserted|raised} the <ORG.unit> {during|at|in} the <EVENT> <stop>
  The <EVENT> {was fought|took place|ended|began} {near|in} <LOC> [<in_time>] <stop>
  {During|After|Before|At} the <EVENT> , {he|she|<PER>|the regiment|the <ORG.unit>} {fought|served|was wounded|was
      captured|was stationed} {in <LOC>|near <LOC>|under <title> <PER>|with the <ORG.unit>} <stop>
  {General|Colonel|Major|Captain|Admiral|Lieutenant} <PER:full> {was|took} {killed|wounded|captured|command} {at|in|
      near} <LOC> <stop>
  {Colonel|Captain|General|Major} <PER:full> of the <ORG.unit> {crossed|reached|burned|defended} the <LOC.river>
      {<in_time>|with <quantity> men} <stop>
  The {regiment|brigade|squadron|division|garrison} {lost <quantity> men|marched to <LOC>|surrendered|fought at
      <LOC>|returned to <LOC.city>} [<in_time>] <stop>
  <LOC.country> {invaded|annexed|occupied|conquered|attacked|surrendered to|declared war on} <LOC> [<in_time>]
      <stop>
  <PER:short> {defeated|betrayed|succeeded|besieged} <PER> {at <LOC>|<in_time>|near the <LOC.river>} <stop>
  <PER.mono> {conquered|ruled|invaded|was crowned king of|founded|besieged} <LOC> [<in_time>] <stop>
  {King|Queen|Emperor|Pope|Saint|Tsar} <PER.mono> {died|was born|was crowned|was murdered|gave the land to <ORG>|
      married <PER>} {in <LOC>|<in_time>} <stop>
  {Son|Daughter|Brother|Widow|Nephew} of {King|Emperor|Duke|} <PER.mono> , {he|she} {ruled|fled to|inherited} <LOC>
      {until <year>|} <stop>
  The {reign|death|army|court|coronation|statue} of <PER.mono> {was forgotten|was described in <WORK>|ended the
      <EVENT>|brought <np>} <stop>
  The <PRODUCT.weapon> {was|is} a {tank|rifle|missile|machine gun} {used|built|designed} by {<LOC.country>|
      <ORG.company>|<nat> troops} [during the <EVENT>] <stop>
  The <EVENT> {left|gave|cost} <LOC.country> {<np>|without <np>} <stop>
  {It|The unit|The fort} was {named after|renamed in honour of|commanded by} <PER:full> <stop>
  {It|The unit} was equipped with {the|} <PRODUCT.craft> [and later {the|} <PRODUCT.craft>] <stop>
  The <PRODUCT.craft> {entered service|was built by <ORG.company>|first flew|was designed by <PER:full>} <in_time>
      <stop>
  The <PRODUCT.craft> {was|is} a {fighter|bomber|battleship|tank|destroyer|rifle|transport aircraft|spacecraft|
      submarine} {built|used|designed} by {<LOC.country>|<ORG.company>|the <ORG.agency>} [during the <EVENT>] <stop>
  The {Treaty|treaty|armistice|peace} was signed {at|in} <LOC> {on <date>|<in_time>} <stop>
  The <nat> {army|fleet|troops|garrison} {retreated|landed|surrendered|advanced} {to|at} <LOC> [after the <EVENT>]
      <stop>
  After the {battle|war|siege} , the <group> <vp> <stop>
  The {battle|siege|retreat|campaign} lasted <small> {days|months|hours} and {cost <quantity> lives|ended in defeat|
      decided nothing} <stop>
"""
