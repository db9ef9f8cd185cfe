"""Phrases and clauses without names, in the notation of `grammar`."""

PHRASES = """
date:
  <month> #1-30
  <month> #1-30 , <year>
  #1-30 <month> <year>
  the #4-20 ~ th of <month>
year:
  #1900-2008
  2 * #1960-2008
  #1700-1900
in_time:
  in <year>
  in <month> <year>
  on <date>
  in the {early|late|mid-} #182-199 ~ 0s
  during the {summer|winter|spring|autumn} of <year>
  by <year>
when:
  3 * on <weekday>
  on {Monday|Thursday|Saturday} {morning|night|evening|afternoon}
  last {week|month|year|<weekday>|May|March|summer}
  this {week|month|year|season|May|spring}
  {two|three|several|ten} {days|weeks|months|years} {ago|later|earlier}
  yesterday
  late on <weekday>
  <in_time>
money:
  $ #1-95 {million|billion}
  $ #.1-40 {million|billion}
  $ #,100-90000
  #10-900 million {pounds|francs|marks|yen|dollars|euros|rupees}
  #,1000-90000 {pounds|crowns|lire|rubles|pesos}
percent:
  #1-60 percent
  #.0-15 percent
  #1-90 ~ %
  about {a tenth|a third|half|a quarter}
quantity:
  #10-900
  #,1000-90000
  {dozens|hundreds|thousands} of
  {at least|about|more than|nearly|some} #3-95
said:
  4 * said
  told {reporters|a news conference|a rally|parliament|state television|a local newspaper|the court}
  {announced|admitted|insisted|warned|claimed|added|argued|believed|explained|confirmed|predicted|noted|complained}
compound:
  3 * <modifier> <head>
  <modifier> <noun>
  <noun> <head>
  <nat> <modifier> <head>
  <modifier> <modifier> <head>
  <ordinal> <head>
item:
  {the|a|this|their|his|her|its|another|every|each} <noun>
  {the|a|this|their|his|her|its|our|that} <compound>
  {the|a|his|her|its} <adj> {<noun>|<compound>}
  the <noun> of {the|a} {<noun>|<compound>}
  {<small>|many|several|most|other|some} <noun> ~ s
  {<small>|many|several|most|other|some} <adj> <compound> ~ s
  {<noun> ~ s|<compound> ~ s} and <noun> ~ s
  {the|a} {<color>|<adj>} <noun> and {the|a} <noun>
planned:
  {the|a|this|their|any|his|her|our|every} <plan>
  {the|a|this|another} <plan_adj> <plan>
  the <plan> {on|for|to reduce|against} <abstract>
  the <nat> <plan>
owned:
  {the|a|his|her|their|an|another} <object>
  {the|a|his|her|their|some} <object_adj> <object>
  <small> <color> <object> ~ s
  {the|a} <color> <object>
trouble:
  {the|a|this} <problem>
  {the|a|another} <problem_adj> <problem>
  <abstract>
  {a|the} <problem> {in|at|near} the <place_thing>
event_np:
  {the|a|every|his|her|their} <contest>
  {the|an|a|another} <contest_adj> <contest>
  the <contest> {at|in|near} the <place_thing>
site:
  {the|a|this|that|their} <place_thing>
  {the|a|an} <adj> <place_thing>
  the <place_thing> {near|behind|beside|across from} the <place_thing>
np:
  4 * <item>
  <planned>
  <owned>
  <trouble>
  <event_np>
  <site>
  the {price|cost|end|future|history|success|importance|quality|beginning|role} of <np_small>
np_small:
  2 * <item>
  the <plan>
  <abstract>
  the <place_thing>
  <food>
  the <adj> <thing>
who:
  5 * <item>
  {the|a|their|his|our} <compound>
  {the|some|many|most|several} <group>
  <group>
  <small> <nat> <group>
  <nat> <group>
  the <nat> {government|army|team|authorities|people|public|parliament|embassy|navy|press}
  a <nat> <anon>
  a #17-80 ~ -year-old <anon>
  the <anon>
  {he|she|they}
  the <office>
  the {jury|crowd|commission|board|union|club|band|author|court|army|opposition|minister|committee|crew|company}
do_it:
  {accept|reject|change|support|oppose|discuss|announce|criticise|approve|sign|study|ignore|defend|postpone}
      <planned>
  {buy|sell|steal|repair|build|move|lose|find|paint|destroy|carry|hide|clean|design|weigh} <owned>
  {prevent|survive|cause|end|fight|avoid|expect|mention|fear|investigate} <trouble>
  {win|lose|attend|watch|miss|cancel|plan|organise|remember|enjoy} <event_np>
  {leave|enter|close|visit|guard|rebuild|cross|reach|clean} <site>
  {learn|speak|teach} {<language>|<language> and <language>}
  {eat|cook|grow|sell|buy} {<food>|<food> and <food>}
did_it:
  4 * <verbed> <item>
  <verbed> <item> {in|on|near|under|with|for|from|without|around} <item>
  {accepted|rejected|changed|supported|opposed|discussed|announced|criticised|approved|signed|studied|defended}
      <planned>
  {bought|sold|seized|repaired|built|moved|lost|found|painted|destroyed|carried|burned|designed|weighed} <owned>
  {prevented|survived|caused|ended|fought|avoided|expected|feared|investigated|blamed} <trouble>
  {won|lost|attended|watched|missed|cancelled|planned|organised|remembered|enjoyed} <event_np>
  {left|entered|closed|visited|guarded|rebuilt|crossed|reached|cleaned} <site>
  {learned|studied|taught} {<language>|<language> and <language>}
  {tasted|cooked|served} {<food>|<food> and <food>}
being:
  {satisfied|disappointed|pleased|unhappy} with {<planned>|<event_np>}
  {responsible for|afraid of|tired of|victims of|part of} <trouble>
  {based|founded|modelled} on {<planned>|<abstract>}
  {built|found|held|seen|lost|hidden} {in|near|behind} <site>
  {made|full} of {wood|stone|<food>|glass|steel|paper|gold}
  {very|too|quite|so|less|more} <adj>
  {considered|thought|believed} to be {<adj>|one of the most <adj>}
  {a|the} {symbol|source|cause|result|victim} of <trouble>
vp:
  3 * {will|may|might|could|should|would|can|must} {not|never|also|soon|} <do_it>
  3 * <did_it>
  {had|has|have} {never|already|once|} <did_it>
  2 * {would be|will be|had been|may be|could be|has been|was|was} {|} <being>
  {refused|agreed|decided|wanted|tried|hoped|planned|promised|failed} to <do_it>
  did {not|n't} <do_it>
  <adv> <did_it>
  {called for|insisted on|depended on|complained about|worked on} <planned>
  {became|remained} {famous|popular|silent|angry|<adj>}
past:
  {accepted|rejected|criticised|praised|condemned|welcomed|supported|opposed|defended|discussed|blamed|ignored}
  {attacked|announced|signed|delayed|cancelled|ended|launched|blocked|approved|demanded|suspended}
fact:
  2 * <item> {was|had been} <verbed> {by|with|in|from|near|without|for} <item>
  <item> , <item> and <item> were <verbed> {in|near|by|for} <item>
  {it is|it was} {not clear|likely|possible|true|no secret|unclear|well known|unlikely} {that|whether|why|how} <who>
      <vp>
  {<planned>|<trouble>|<event_np>} {is|was|will be|may be|has been} {too|very|still|quite|more|less} {<plan_adj>|
      <adj>}
  {<owned>|<site>} {is|was} {too|very|still|quite} {<object_adj>|<adj>}
  there {is|was} {no|little|enough|much|a lot of} {need|support|time|money} for <planned>
  there {is|was|were|are} {no|little|some|new} {evidence|signs|hope|talk} of <trouble>
  2 * <who> <vp>
  <who> <vp> {because|while|although|after|before|when|if|unless|until|but|and} <who> <vp>
  {<abstract>|the price of <food>} {has|had} {changed|risen|fallen|improved|grown} {since|by|in} {then|<percent>|
      <year>}
  {<food>|<food> and <food>} {is|are|were|was} {sold|grown|eaten|cooked} {in|at|near} <site>
  {the|a} <animal> {ran|slept|hid|escaped|was seen|died} {in|near|from|behind} <site>
  the {first|last|second|next} {version|edition|part|half|chapter} of <np_small> {was|is|will be} <being>
title:
  {Mr.|Mrs.|Ms.|Dr.|Sir|Professor|Lord|Lady|Judge|Colonel|General|Captain|President|Senator|King|Queen|Prince|Pope|
      Saint}
  {Prime Minister|Secretary of State|Foreign Minister|Defence Minister|Vice President|Major General|Sgt.|Lt.|Rev.|
      Gov.}
"""
