"""Sentence frames of any domain, and those without names, in the notation of `grammar`."""

EVERYDAY = """
stop_plain:
  2 * .
  {because|while|although|after|before|when|if|until|so that} <fact> .
  , {and|but|which means that} <fact> .
  {in|on|near|from|with|without} <item> <stop_plain>
  , {including|especially|such as|not only} <item> and <item> .
  ( <item> ) <stop_plain>
general!:
  <person_np> <said> <claim> <stop>
  <who> <said> <claim> [<when>] <stop>
  {Meanwhile|However|In addition|Nevertheless|For example|As a result} , <claim> <stop>
  {Among|Besides} them {are|were} <PER:full> , <PER:full> and <PER:full> <stop>
  <PER> 's <thing> {and <PER> 's <thing>|} <vp> <stop>
  {It|This|That} was {announced|reported|denied|confirmed} {by <ORG>|in <LOC>|<when>} <stop>
  {The|A} <nat> <job> <PER:full> {and|or} the <nat> <job> <PER:full> {met|worked together|died} {in <LOC>|<in_time>}
      <stop>
  {Contact|Tel|Call|Write to} : <PER:full> , <ORG> , <LOC.city> , #200-999 - #1000-9999
  <WORK> , <PER> 's {first|last|best-known|latest} {<bookkind>|<filmkind>|album} , {was|is} {very|quite} <adj>
      <stop>
  {He|She} likes <PRODUCT> , <WORK> and <food> <stop>
  <LOC.city> <LOC.region> #10000-99999
  <ORG> <PER:full> <LOC.city>
plain!:
  <who> <did_it> <stop_plain>
  <who> <did_it> and <did_it> <stop_plain>
  {In|Near|Behind|With|Without|During|For} <item> , <fact> <stop_plain>
  There {is|was} {a|one|no} <noun> {in|on|under|near|for} <item> , {and|but} <fact> <stop_plain>
  <item> {is|was} a {kind|form|type|part|group|set|member} of <item> {that|which} <did_it> <stop_plain>
  {<item>|<who>} <vp> , <verbed> {by|with|for|in} <item> <stop_plain>
  {Although|Because|When|While|If|As} <fact> , <fact> <stop_plain>
  <item> {is|was} {also|usually|often|sometimes|originally} {called|known as|named} " <noun> " {or " <compound> "|}
      <stop_plain>
  <fact> <stop_plain>
  <fact> , {and|but|so} <fact> <stop_plain>
  <who> <vp> [, <who> said] <stop_plain>
  " <fact> , " {he|she} {said|added} <stop_plain>
  {However|Meanwhile|Still|In fact|For example} , <fact> <stop_plain>
  {In|By|Since} <month> , {the|a} {target|mark|chase|jury|gap} <vp> <stop_plain>
  {May|March|August} {is|was} {usually|} {the wettest|a quiet|the busiest} month {for <group>|} <stop_plain>
  {The|An} apple {fell from the tree|pie was too sweet|a day is good advice|orchard was sold} [, <who> said]
      <stop_plain>
  {They|We} ate {roast|cold} turkey {with <food> and <food>|for dinner} {<when>|} <stop_plain>
  {The|A} {jaguar|tiger|puma|cougar|mustang|cobra|beetle} {is|was} {a|an} <adj> animal [that <vp>] <stop_plain>
  {Will|May|Can|Should} {he|she|they|it} {win|stay|help|pay} ? {Nobody|No one|Only time} {knows|will tell}
      <stop_plain>
  {The|A} {bishop|baker|cook|carpenter|king|queen|duke|judge|mason|miller|smith|hunter} <vp> [, but <who> <vp>]
      <stop_plain>
  {Hope|Faith|Grace|Joy|Mercy|Rose|Ivy|Dawn|Summer} {is|was} {not enough|<adj>|all they had} <stop_plain>
  {The|A} {shell|target|stone|bush|wood|hill|bridge|park|rose|berry|rice field|fox|wolf} {is|was} <adj> and <color>
      <stop_plain>
  {The amazon|A mercury thermometer|The china|A champagne glass|The jersey|A panama hat} {was|is} <adj> {and
      <color>|} <stop_plain>
  {The|A} <adj> <food> {market|harvest|soup|recipe|price} <vp> <stop_plain>
  {Mark|Note|Remember} {my words|the date|the page} : <fact> <stop_plain>
  {See|Compare} also : {list|history} of <thing> ~ s <stop_plain>
  {The|These} <group> {of|from} the <adj> {town|village|country|city} <vp> <stop_plain>
  {It|This} is {a|an|the} <adj> <thing> {of|for|about} <np_small> [, {which|and} <vp>] <stop_plain>
  {Add|Mix|Cook|Boil} the <food> {and|with} the <food> for #5-55 minutes <stop_plain>
  {A|The} <color> <animal> {crossed|slept near|ran along} the {road|river|bridge} <stop_plain>
  {He|She} {lost|sold|found|bought} {a|his|her} {ford across the river|<color> jersey|lotus flower|<thing>}
      <stop_plain>
  {Mobile} phones and {reading|writing} {glasses|skills} <vp> <stop_plain>
  {Ages|Prices|Results} : #10-20 , #21-40 and #41-90
  {I|We|You} {do not|do n't|will|may} {know|like|remember|need} <np> <stop_plain>
  {No|Many|Few} <group> <vp> , {but|and} {the|some} <group> <vp> <stop_plain>
"""
