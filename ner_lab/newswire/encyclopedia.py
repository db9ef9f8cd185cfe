"""Sentence frames of reference works: lives, places, schools, science, in the notation of `grammar`."""

LIVES = """
life!:
  <PER> was born {in|near} <loc_np> {<in_time>|to a family of <group>|, the son of <PER:new>|, where {his|her}
      father was a <job>|} <stop>
  {He|She} was born {and raised|} in <LOC.city> , <LOC.region> [and {educated at|attended|graduated from}
      <ORG.school>] <stop>
  {He|She|<PER>} {attended|studied at|graduated from|taught at|entered|dropped out of|was educated at} <ORG.school>
      [and <ORG.school>] [<in_time>] [, where {he|she} {met <PER:new>|studied <language>|<vp>}] <stop>
  {He|She|<PER>} {received|earned|holds} {a|his|her} {degree|doctorate|B.A.|Ph.D.|law degree|master 's degree}
      {from|at} <ORG.school> {<in_time>|in <abstract>|} <stop>
  {He|She|<PER>} {moved|emigrated|returned|fled|retired} {from <LOC>|} to <loc_np> {<in_time>|with {his|her} family|
      , where {he|she} {died <in_time>|worked as a <job>|<vp>}} <stop>
  {He|She|<PER>} {worked|served} {as|} {a|an} <job> {for|at|with} <ORG> {in <LOC>|<in_time>|until <year>|} <stop>
  {He|She|<PER>} {married|met|divorced|succeeded|befriended} <PER:new> {<in_time>|in <LOC>|, {a|the} <job> {from
      <LOC>|of <WORK>|}|} <stop>
  {His|Her} {father|mother|wife|husband|brother|sister|son|daughter|grandfather|teacher} , <PER:new> , {was|is} a
      [<nat>] <job> {from|in|at} {<LOC>|<ORG>} <stop>
  {His|Her|Their} {sons|daughters|children|students|pupils} {included|were} <PER:new> , <PER:new> [, <PER:new>] and
      <PER:new> <stop>
  {He|She|<PER>} {died|was buried|was killed|was assassinated|drowned} {in <LOC>|at <LOC.facility>|in the
      <LOC.river>|} <in_time> [, aged #20-98] <stop>
  {He|She|<PER>} {represented|was elected to|served in|was appointed to|resigned from} {<ORG.agency>|<LOC.region>|
      the <ORG.party>} {<in_time>|from <year> to <year>|as <office>|} <stop>
  {He|She|<PER>} {was|became} {<office>|the <ordinal> <office>|a professor|a fellow|a member|a trustee} of {<LOC>|
      <ORG>|the <ORG.agency>} {<in_time>|, succeeding <PER:new>|} <stop>
  {He|She} {is|was} {best known for|remembered for|the author of|the inventor of} {<WORK>|<PRODUCT>|{his|her} work
      on <abstract>|the {study|theory} of <abstract>} <stop>
  {He|She|<PER>} {founded|established|co-founded|led|sold} <ORG> {in <LOC>|<in_time>|with <PER:new>|} <stop>
  {He|She} {fought in|served in|reported on|opposed} the <EVENT> {with the <ORG.unit>|under <PER:new>|in <LOC>|}
      <stop>
  {He|She} {currently|} {lives|resides|works} in <loc_np> with {his|her} {wife|husband|<small> children} [,
      <PER:new>] [and <PER:new>] <stop>
  {In|Since|By} <year> {he|she|<PER>} {discovered|invented|patented|developed|designed} {the <PRODUCT>|a <adj>
      <science>|<np>} {at <ORG>|in <LOC>|with <PER:new>|} <stop>
  {He|She} spoke <language> , <language> and {fluent|some|} <language> <stop>
  {In|From} <year> {he|she} {became|was} a <job> [, {and|but} <vp>] <stop>
  {His|Her} {work|style|reputation|health|influence} <vp> <stop>
  {He|She} {never|} {married|finished school|recovered} {and <vp>|, although <who> <vp>} <stop>
life_lead!:
  3 * <PER:new> ( {born|b.} <date> [in <LOC.city>] [, <LOC>] ) is {a|an} [<nat>] <job> [and <job>] [{who|, best
      known for} {<vp>|<WORK>}] .
  3 * <PER:new> ( <date> - <date> ) was {a|an|the} [<adj>] [<nat>] <job> {from <LOC>|and <job>|} .
  <PER:new> , also known as <PER:new> , ( born <year> ) {is|was} {a|an} <nat> <job> .
  <PER:new> {is|was} {a|an} <nat> [former] {<athlete>|<job>} {who played for <ORG.team>|with the <ORG.team>|of
      <ORG.band>|at <ORG.school>} .
  <PER:new> {is|was} the <ordinal> <office> of <LOC> [and {the|} founder of <ORG>] .
  {Sir|Dr.|Saint|Rev.|Lord|Baron} <PER:new> ( c. <year> - <year> ) was {a|an} <nat> <job> .
  <PER:new> may refer to :
"""

PLACES = """
places!:
  <LOC.town> is a <place_noun> {in|located in|near} {<LOC.region>|<LOC.country>|<LOC.city>|<LOC.region> ,
      <LOC.country>} <stop>
  {It|The {town|village|city}|<LOC.town>} {lies|is situated|is located|stands} {on the <LOC.river>|between <LOC> and
      <LOC>|#2-90 {km|miles|kilometers} {north|south|east|west|northwest} of <LOC.city>|at the foot of the
      <LOC.river>|in the <LOC.river>} <stop>
  The population {of <LOC>|} was #,100-90000 {at the <year> census|in <year>|<in_time>} <stop>
  The <LOC.river> {flows|runs|rises} {through|in|into|near} <LOC> [, <LOC>] [and {<LOC.town>|the <LOC.river>}]
      <stop>
  The <LOC.river> {borders|separates <LOC> from|is visible from|was explored by <PER:full> and named after} <LOC>
      <stop>
  {The highest|The largest|The nearest|Another} {mountain|lake|river|island|town|peak} is <LOC.nature> {, #,200-8000
      {feet|metres|m} high|in <LOC>|} <stop>
  {It|The island|The county|The valley} was named {after|for|by} {<PER:full>|<PER:new> , {a|the} <job>|the
      <LOC.river>|<LOC>} <stop>
  {It|The <place_noun>|<LOC>} was {founded|settled|incorporated|destroyed|captured|visited} {<in_time>|by
      <PER:full>|by <people>|by the <ORG.company>} <stop>
  The <building> , {built|designed|restored} {<in_time>|by <PER:full>} , {stands near <LOC.facility>|overlooks the
      <LOC.river>|was visited by <PER>|<vp>} <stop>
  <LOC.facility> is a <building> {in|near} <LOC.city> [, <LOC>] [, {named after <PER:full>|opened <in_time>|owned by
      <ORG>}] <stop>
  {Nearby|Neighbouring|Other} {towns|villages|cities|places} {are|include} <LOC.town> , <LOC.town> , <LOC.city> and
      <LOC.town> <stop>
  {Notable|Famous} {residents|people from <LOC>|natives} {include|were} <job> <PER:new> , <PER:new> and {former|}
      <office> <PER:new> <stop>
  {It|The district|The constituency} {includes|covers|borders} <LOC> , <LOC> [, <LOC>] and {parts of|} <LOC> <stop>
  {The road|The line|The railway|The highway|The trail} {runs|leads|was built} from <LOC.city> {to|via <LOC.town>
      to} <LOC.town> [across the <LOC.river>] <stop>
  <LOC.facility> {runs|was closed|was opened|crosses the <LOC.river>|connects <LOC> with <LOC>} [<in_time>] <stop>
  {The station|The airport|The bridge} {is served by|was rebuilt by|is owned by} <ORG.company> <stop>
  <LOC.region> {is|was} {one of the|the largest|a} {counties|province|state|district|region} {of|in} <LOC.country>
      <stop>
  <LOC.country> {is|was} {a republic|a kingdom|a country|an island nation} {in|bordered by|north of} <LOC> [and
      <LOC>] <stop>
  The capital of {<LOC.country>|<LOC.region>} is <LOC.city> <stop>
  {Most|Many|Some} {residents|people|inhabitants} {of <LOC>|} {speak <language>|are <people>|work in <abstract>|left
      for <LOC>} <stop>
  The <EVENT> is held {every|each} {year|summer|<month>} in <LOC> <stop>
  {The climate|The soil|The valley|The area|The land} is <adj> and <adj> , {with|and} {hot summers|cold winters|
      <food> and <food> are grown|<vp>} <stop>
  There are <quantity> {houses|families|farms|wells} in the <place_noun> <stop>
  {The|A} {local|nearby} <building> {was built <in_time>|<vp>} <stop>
  The <adj> {river|lake|hill|island|cave} {is|was} home to {the <animal>|the <animal> and the <animal>|several
      species} <stop>
schools!:
  <ORG.school> {is|was} a {private|public|Catholic|secondary|co-educational|liberal arts|research|teaching}
      {university|school|college|hospital|library|museum} {in|located in|near} <loc_np> [, founded <in_time>] <stop>
  {The school|The university|<ORG.school>} {was founded|was established|opened|closed} {<in_time>|by <PER:full>|by
      the <ORG.agency>|as <ORG.school>} <stop>
  {Students|Researchers|Scientists|Graduates|Professors} {at|from|of} <ORG.school> {protested|found that <fact>|
      built a <science>|won the <EVENT>|<vp>} <stop>
  {Professor|Dr.|} <PER:full> {of|at|, a researcher at|, a <job> at} <ORG.school> , {said|found|argued|showed} that
      <fact> <stop>
  {It|The school} {competes with|merged with|is affiliated with|was renamed} <ORG.school> [and <ORG.school>] <stop>
  {Alumni|Faculty|Former pupils} include <PER:new> , <PER:new> and <PER:new> [, <office> of <LOC>] <stop>
  {The|Its} {athletic teams|teams} {, the <ORG.team> ,|} {play against <ORG.school>|compete in the <ORG.agency>|won
      the <EVENT>} <stop>
  {The library|The museum|The department|The laboratory} {at|of} <ORG.school> {houses|owns|displays} {<np>|<WORK>|a
      portrait of <PER>} <stop>
  {The campus|The chapel|Tuition|Enrollment} {was expanded|grew|was sold|was moved to <LOC>} <in_time> <stop>
science!:
  The <science> was {discovered|described|named|first observed} by <PER:full> {in <LOC>|<in_time>|of <ORG.school>|}
      <stop>
  {Researchers|Scientists|Astronomers|Engineers} {at|from} <ORG> {have|} {discovered|developed|tested|measured} a
      <adj> <science> [in <LOC>] <stop>
  {In|A} {mathematics|physics|biology|chemistry|computer science} , a <science> is a <adj> {kind|type|form|set} of
      <science> {that|which} <sci_vp> <stop>
  {The|A} <animal> {lives in|is found in|was introduced to|is native to} <LOC> [, <LOC>] [and <LOC>] <stop>
  {The|A} {species|genus|fossil|plant|bird} {occurs|is found|grows|was collected} in {<LOC>|<LOC> and <LOC>|<adj>
      forests} <stop>
  <PER:full> {, who <vp> ,|} {observed|photographed} the {comet|planet|eclipse} from <LOC> <in_time> <stop>
  {Using|With} {a|the} <PRODUCT> , {the team|<PER>|researchers} {at|from} <ORG> {measured|filmed|tested} <np> <stop>
  The {mission|probe|satellite|rocket} {, <PRODUCT.craft> ,|} was launched {by <ORG.agency>|from <LOC.facility>|
      <in_time>} <stop>
  {<PER> 's|The|This} {theorem|law|method|test|algorithm|theory} {states|says|shows|implies} that {every|no|a} <adj>
      <science> <sci_vp> <stop>
  {The|A} <science> {has|contains} <small> {parts|states|atoms|roots|layers} and <sci_vp> <stop>
  {Each|Every} <science> {is|can be} {divided|converted|reduced|mapped} {into|to} a <adj> <science> <stop>
  {Doctors|Patients} {treated|dosed} with <PRODUCT.device> {recovered|complained|slept} {more|less} often ,
      {<ORG.news>|<ORG>} {said|reported} <stop>
  {Treatment|A diet|Infection|Exposure} with {<food>|the virus|<adj> doses} {may|can} cause {<adj> pain|fever|<adj>
      damage to the <body>} <stop>
sci_vp:
  {contains|absorbs|produces|binds to|reacts with|consists of|is part of} {a|the|another|no|one} [<adj>] <science>
  {is|can be} {defined|measured|replaced|described|written} {by|as|with} {a|the} <science>
  {has|satisfies|preserves} the same {mass|length|degree|symmetry|property|charge} as {a|the} <science>
  converges {to|at} {zero|infinity|a limit|room temperature}
science!:
  The {temperature|mass|distance|speed|density|size} of {the|a} <science> is {about|} #.1-90 {degrees|grams|light
      years|m/s|km} <stop>
"""
