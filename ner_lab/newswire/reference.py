"""Sentence frames of reference works, continued: bodies, transport, fiction and games, belief, in the notation of
`grammar`."""

BODIES = """
bodies_lead!:
  <ORG> is {a|an|the} [<adj>] [<nat>] {company|charity|organization|trade union|political party|publisher|record
      label|law firm|newspaper|magazine|radio station|television network|think tank|bank|airline|brewery|railway|
      museum|orchestra} {based in|headquartered in|founded in|from|of} <LOC.city> [, <LOC>] .
  <ORG> ( {formerly|also known as|abbreviated} <ORG> ) {is|was} {a|an} <nat> {corporation|movement|society|union|
      agency} .
  The <ORG.agency> {was|is} {a|the} <nat> {department|agency|ministry|court|commission} {responsible for <abstract>|
      created <in_time>} .
bodies!:
  {It|The company|The group|<ORG>} was {founded|established|created|formed|organized|started|merged} {in <LOC>|
      <in_time>|by <PER:full> [and <PER:full>]|after the <EVENT>} <stop>
  {It|The company|<ORG>} {has|had} {its headquarters|offices|members|a subsidiary|a large factory} in <LOC> [,
      <LOC>] [and <LOC>] <stop>
  {Its|The} {president|chairman|founder|first director|current head|editor} {is|was} <PER:full> [, {a former|a}
      <job>] <stop>
  {It|The company} {publishes|owns|produced|is best known for} <WORK> [and <WORK>] <stop>
  {It|The station|The channel|The network} {broadcasts|airs|carries} {<WORK>|programs from <ORG.news>|news and
      sports} in <LOC> <stop>
  {It|The union|The party|The society} {supported|opposed|split from|merged with|is a member of} {<ORG>|<PER>|the
      <EVENT>} <stop>
  {In|Since|Until} <year> , {it|the company|the newspaper|<ORG>} was {acquired|bought|owned|renamed|led} by {<ORG>|
      <PER:full>} <stop>
  {It|The company} {develops|manufactures|sold|designed} {the <PRODUCT>|the <PRODUCT> and the <PRODUCT>|<food>|
      weapons} <stop>
  {In|By} <year> {it|the company|the firm} {employed #,200-90000 people|had closed|<did_it>} [in <LOC>] <stop>
  {Members|Volunteers|Critics|Employees} <vp> <stop>
  The {organization|foundation|paper|label} {also|now|no longer} {runs|publishes|supports} {a|several} {schools|
      small magazine|projects} in <LOC> <stop>
  {It|The group} {aims to|tries to|was created to} <do_it> <stop>
transport!:
  {Interstate|Route|Highway} traffic {between|from} <LOC.city> and <LOC.town> {was|is} {heavy|delayed|moved to
      <LOC.facility>} <stop>
  <LOC.facility> {is|was} {a|an} [<adj>] {road|highway|railway station|airport|bridge|tunnel|freeway} {in|near|
      between} <LOC.town> {and <LOC.town>|, <LOC.region>} <stop>
  {It|The road|The route|The line} {begins|ends|starts|continues} {at|near|in} <LOC.town> {, crosses the
      <LOC.river>|, passes <LOC.facility>|} and {ends at|turns north to|leads to} <LOC> <stop>
  {The station|The railway|The line|The ship|The ferry} {opened|closed|was built|was extended|sank} {on <date>|
      <in_time>} [near <LOC>] <stop>
  {Trains|Buses|Flights|Ferries} {run|operate|go} {from|between} <LOC.city> {to|and} <LOC.city> {every #5-50
      minutes|daily|until <year>} <stop>
  <ORG.company> {operates|ended|offers} {flights|services|trains} {to|from|between} <LOC.city> , <LOC.city> and
      <LOC.city> <stop>
  The <PRODUCT.craft> was {a|the} [<nat>] {ship|locomotive|submarine|airship|aircraft} {built by|of|bought by} <ORG>
      {<in_time>|in <LOC>|} <stop>
  The <PRODUCT.vehicle> {was|is} a {car|motorcycle|truck|small family car|sports car} {produced|made|sold} by
      <ORG.company> {<in_time>|in <LOC>|from <year> to <year>} <stop>
  The {engine|ship|train|aircraft} had {<small> cylinders|a crew of #5-900|a top speed of #40-200 mph} [and
      <did_it>] <stop>
"""

FICTION = """
fiction!:
  {In the {story|game|series|comics}|At the end of <WORK>} , <PER> {discovers that|learns that|tells <PER> that}
      <clause> <stop>
  <PER> {kills|loves|betrays|rescues|follows|trusts|kidnaps|visits} <PER> {and <PER>|in <LOC>|at the end|after the
      <contest>|} <stop>
  {He|She} {is|was} {the {son|daughter|brother|enemy|teacher|lover} of|killed by|saved by|in love with|based on}
      <PER> <stop>
  <WORK> is a {video game|role-playing game|board game|manga|comic|puzzle game|shooter} {for|on} the
      <PRODUCT.device> {developed by <ORG.company>|released <in_time>|set in <LOC>|} <stop>
  {Players|Readers|The player} {control|controls|can choose|must rescue|meets} {<PER>|a <job> named <PER:full>|
      <small> <animal> ~ s} <stop>
  {The game|The sequel|The series} {was ported to|runs on|was announced for} the <PRODUCT.device> {by <ORG.company>|
      <in_time>|} <stop>
  {The character|The story|The villain} {first appeared in|returns in|was cut from} <WORK> [( <year> )] <stop>
  {Each|Every|The {first|last}} {level|chapter|episode|character|card} {has|requires} {<small> points|a <adj>
      <object>|<np>} <stop>
  {His|Her|Their} {powers|armor|sword|spaceship|secret} {was|were} {destroyed|stolen|given to <PER>|hidden in <LOC>}
      <stop>
belief!:
  {Saint|St.|Pope|Bishop|Archbishop|Rabbi|Imam|Prophet} <PER> {founded|visited|preached in|was martyred in|is the
      patron of} {<LOC>|<ORG>} <stop>
  {According to|In} {legend|tradition|the {text|story|myth}} , <PER.mono> {came from|was born in|built|sailed to|
      destroyed} <LOC> <stop>
  {The church|The cathedral|The temple|The diocese} of <LOC> {was|is} {dedicated to <PER.mono>|built <in_time>|led
      by <PER:full>} <stop>
  {Jewish|Muslim|Christian|Buddhist|Hindu|Pagan} {law|tradition|prayers|scholars} {teach|forbid|describe|regard}
      <np_small> {as sacred|as a sin|in detail|} <stop>
  {During|On|Before} {the <EVENT>|<EVENT>} , {believers|families|pilgrims|<people>} {pray|fast|gather in <LOC>|eat
      <food>} <stop>
  {The|This} {dynasty|kingdom|empire|tribe|clan} {ruled|settled in|migrated to|was driven from} <LOC> {until|in}
      <year> <stop>
  <PER.mono> {was|is} {worshipped|buried|honoured|depicted|remembered} {in|at} <LOC> {as|with} {a|the} <animal>
      <stop>
  {The word|The name|The term} {comes from|is of} {the|an old} <language> {word|origin} {for " <thing> "|meaning "
      <adj> "} <stop>
  {The|These} {ritual|prayer|doctrine|custom|festival} {is|was} {practised|forbidden|celebrated} {in|by} {<people>|
      <LOC>|the <group>} <stop>
"""
