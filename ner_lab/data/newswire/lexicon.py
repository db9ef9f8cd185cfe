"""Words and small phrases without names, in the notation of `grammar`."""

WORDS = """
month =
  January February March April May June July August September October November December
weekday =
  Monday Tuesday Wednesday Thursday Friday Saturday Sunday
color =
  red blue green black white yellow brown grey silver orange purple golden dark_blue pale_green
small =
  two three four five six seven eight nine ten a_dozen twelve several twenty
ordinal =
  first second third fourth fifth sixth seventh eighth ninth tenth 15th 21st 30th 100th
nat =
  American British French German Russian Chinese Israeli Japanese Iraqi Italian Iranian English Australian Indian
  Jordanian Turkish Spanish Georgian Canadian Pakistani South_African Mexican Brazilian Argentine Irish Scottish Polish
  Egyptian Syrian Lebanese Afghan Dutch Swedish Swiss Austrian Belgian Danish Norwegian Finnish Greek Portuguese
  Hungarian Romanian Bulgarian Ukrainian Serbian Bosnian Croatian Albanian Czech Slovak Soviet Cuban Colombian Peruvian
  Chilean Welsh Saudi Kuwaiti Libyan Algerian Moroccan Sudanese Ethiopian Kenyan Ugandan Nigerian Ghanaian Korean
  Vietnamese Thai Indonesian Malaysian Filipino European African Asian Arab Jewish Catholic Muslim Christian Protestant
  Latin Roman Palestinian Kurdish Chechen Basque Catalan Flemish Bavarian Persian Ottoman Celtic Norse Slavic Byzantine
people =
  Americans Britons Germans Russians Chinese Israelis Japanese Iraqis Italians Iranians Australians Indians Turks
  Spaniards Canadians Mexicans Brazilians Poles Egyptians Syrians Afghans Dutch Swedes Greeks Serbs Croats Bosnians
  Palestinians Arabs Jews Kurds Chechens Muslims Christians Catholics Protestants Hutus Tutsis Tamils Sikhs Hindus Basques
  Europeans Africans Romans Celts Vikings Normans Native_Americans African_Americans Zulus Maori Cherokee Apaches
language =
  English French German Russian Mandarin Japanese Arabic Hebrew Spanish Portuguese Italian Latin Greek Turkish Hindi Urdu
  Tamil Bengali Swahili Dutch Polish Czech Welsh Gaelic Sanskrit Korean Persian Kurdish Yiddish Basque Catalan
genre =
  rock punk_rock heavy_metal jazz blues country hip_hop pop folk soul reggae techno house indie_rock alternative_rock
  gospel death_metal classical progressive_rock synthpop ska grunge electronica funk R&B rap bluegrass ambient
filmkind =
  comedy drama thriller western horror_film science_fiction_film documentary musical romantic_comedy war_film film_noir
  silent_film animated_film television_series sitcom soap_opera miniseries action_film short_film cartoon
bookkind =
  novel short_story poem play essay memoir biography cookbook textbook treatise collection_of_poems comic_book autobiography
  graphic_novel children_'s_book fantasy_novel detective_story pamphlet travel_guide manga_series
instrument =
  guitar bass drums piano violin cello trumpet saxophone keyboards organ flute harmonica banjo clarinet synthesizer
job =
  actor actress singer songwriter guitarist drummer composer conductor pianist painter sculptor architect photographer
  writer novelist poet playwright journalist broadcaster historian philosopher economist physicist chemist biologist
  mathematician astronomer engineer inventor surgeon physician nurse psychologist lawyer judge banker businessman
  businesswoman industrialist politician diplomat general admiral missionary bishop priest rabbi monk explorer botanist
  geologist linguist teacher professor librarian programmer designer film_director producer screenwriter comedian dancer
  choreographer model chef farmer soldier pilot astronaut cartoonist illustrator publisher editor critic wrestler
  anthropologist sociologist theologian social_activist trade_unionist folk_singer rapper disc_jockey game_designer
athlete =
  striker midfielder defender goalkeeper captain winger forward full-back fly-half lock hooker batsman bowler all-rounder
  pitcher shortstop catcher outfielder first_baseman quarterback linebacker wide_receiver point_guard center sprinter
  hurdler cyclist swimmer golfer boxer skier figure_skater tennis_player jockey driver sailor rower gymnast long_jumper
  marathon_runner heavyweight cornerback running_back left-hander spinner veteran rookie teenager
office =
  president prime_minister foreign_minister finance_minister defence_minister interior_minister ambassador senator governor
  mayor congressman chancellor attorney_general secretary_of_state vice_president party_leader opposition_leader spokesman
  spokeswoman negotiator envoy chief_of_staff deputy_prime_minister justice_minister trade_minister mediator commissioner
  secretary-general legislator councillor premier dictator king queen emperor sultan crown_prince
boss =
  chairman chief_executive president finance_director chief_financial_officer spokesman founder managing_director analyst
  vice_president general_manager head_of_research director chief_economist board_member spokeswoman co-founder trader
place_noun =
  town village city suburb hamlet municipality commune district neighborhood port resort parish settlement ghost_town
  mining_town seaport census-designated_place market_town borough township farming_community
building =
  church cathedral castle palace museum theatre library hospital school hotel prison factory bridge stadium railway_station
  airport lighthouse monastery mosque synagogue temple shopping_mall power_plant dam courthouse town_hall skyscraper
group =
  rebels soldiers police villagers protesters workers students farmers refugees doctors officials voters residents miners
  prisoners pilots teachers journalists lawyers tourists fishermen scientists guerrillas peacekeepers settlers monks
  firefighters investors consumers drivers nurses truckers activists veterans pensioners migrants pirates smugglers
anon =
  man woman boy girl teenager student farmer policeman soldier driver tourist child nurse taxi_driver businessman widow
  fisherman journalist mechanic passer-by prisoner pensioner doctor truck_driver security_guard neighbour relative witness
plan =
  agreement proposal plan law treaty budget decision programme reform deal policy idea report contract offer constitution
  strategy project recommendation amendment compromise scheme bill investigation merger reorganisation timetable theory
object =
  bridge road house car machine computer gun letter book ship tower wall camera engine telephone boat painting piano bus
  truck tent lamp clock table chair door window bicycle map bottle helmet coat ring sword bell box key ladder carpet statue
problem =
  crisis strike fire flood storm epidemic disease shortage scandal accident conflict drought recession war virus debt riot
  dispute deadlock delay injury mistake defeat failure explosion collapse protest threat rumour bug leak famine
contest =
  match race game election trial tournament debate final season vote competition interview concert exhibition ceremony
  festival meeting performance audition party lecture parade wedding funeral summit conference auction hearing session
place_thing =
  school hospital church factory farm forest river village camp border prison market station mine valley garden library
  kitchen street building airport beach mountain theatre office harbour laboratory field park museum castle
thing =
  plan project bridge machine book crisis match school church law system company team army film song story letter picture
  house road engine computer weapon league committee river forest village language tradition method result question
  experiment species economy price government strike agreement theory festival record building
abstract =
  corruption inflation unemployment poverty violence terrorism independence democracy education health trade security
  tourism agriculture freedom of_speech crime pollution science religion history music literature mathematics nationalism
  discipline technology evolution immigration privacy reform justice hunger racism drought deforestation
plan_adj =
  new controversial secret final draft joint detailed five-year costly ambitious unpopular revised modest formal legal
object_adj =
  old heavy broken wooden stolen expensive small large rusty empty wet beautiful second-hand plastic metal narrow ancient
problem_adj =
  serious growing bitter worst severe sudden long mysterious political financial violent global domestic fatal deadly
contest_adj =
  opening final annual last first historic local friendly close long-awaited quiet public noisy international decisive
adj =
  new old large small big great long short high low early late recent important major minor public private local national
  international modern ancient traditional controversial popular famous unknown rare common simple complex successful
  strange quiet bright dark warm cold dangerous safe beautiful remote narrow deep rural urban industrial independent
adv =
  quickly slowly finally eventually originally reportedly apparently largely mostly officially briefly successfully heavily
  sharply slightly narrowly repeatedly generally usually widely partly soon never still also later immediately
animal =
  horse dog cat wolf bear eagle whale shark turtle salmon elephant tiger lion turkey duck sheep goat cow pig monkey snake
  frog butterfly beetle spider swan pigeon owl hawk dolphin jaguar puma cougar mustang beetle cobra panther falcon
food =
  apple apples bread rice turkey chicken beef pork fish cheese butter sugar wheat coffee tea wine beer chocolate soup
  potatoes tomatoes onions beans corn milk honey salt pepper dates olives oranges grapes mushrooms
body =
  knee ankle hamstring back shoulder groin thigh calf elbow wrist neck hip
science =
  molecule protein cell gene enzyme particle electron atom function matrix vector algorithm polynomial equation theorem
  orbit star galaxy planet comet crystal polymer acid alloy mineral fossil species genus habitat bacterium antibody
"""

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
  <planned>
  <owned>
  <trouble>
  <event_np>
  <site>
  the {price|cost|end|future|history|success|importance|quality|beginning|role} of <np_small>
np_small:
  the <plan>
  <abstract>
  the <place_thing>
  <food>
  the <adj> <thing>
who:
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
  {accept|reject|change|support|oppose|discuss|announce|criticise|approve|sign|study|ignore|defend|postpone} <planned>
  {buy|sell|steal|repair|build|move|lose|find|paint|destroy|carry|hide|clean|design|weigh} <owned>
  {prevent|survive|cause|end|fight|avoid|expect|mention|fear|investigate} <trouble>
  {win|lose|attend|watch|miss|cancel|plan|organise|remember|enjoy} <event_np>
  {leave|enter|close|visit|guard|rebuild|cross|reach|clean} <site>
  {learn|speak|teach} {<language>|<language> and <language>}
  {eat|cook|grow|sell|buy} {<food>|<food> and <food>}
did_it:
  {accepted|rejected|changed|supported|opposed|discussed|announced|criticised|approved|signed|studied|defended} <planned>
  {bought|sold|stole|repaired|built|moved|lost|found|painted|destroyed|carried|hid|designed|weighed} <owned>
  {prevented|survived|caused|ended|fought|avoided|expected|feared|investigated|blamed} <trouble>
  {won|lost|attended|watched|missed|cancelled|planned|organised|remembered|enjoyed} <event_np>
  {left|entered|closed|visited|guarded|rebuilt|crossed|reached|cleaned} <site>
  {learned|spoke|taught} {<language>|<language> and <language>}
  {ate|cooked|grew} {<food>|<food> and <food>}
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
  {it is|it was} {not clear|likely|possible|true|no secret|unclear|well known|unlikely} {that|whether|why|how} <who> <vp>
  {<planned>|<trouble>|<event_np>} {is|was|will be|may be|has been} {too|very|still|quite|more|less} {<plan_adj>|<adj>}
  {<owned>|<site>} {is|was} {too|very|still|quite} {<object_adj>|<adj>}
  there {is|was} {no|little|enough|much|a lot of} {need|support|time|money} for <planned>
  there {is|was|were|are} {no|little|some|new} {evidence|signs|hope|talk} of <trouble>
  2 * <who> <vp>
  <who> <vp> {because|while|although|after|before|when|if|unless|until|but|and} <who> <vp>
  {<abstract>|the price of <food>} {has|had} {changed|risen|fallen|improved|grown} {since|by|in} {then|<percent>|<year>}
  {<food>|<food> and <food>} {is|are|were|was} {sold|grown|eaten|cooked} {in|at|near} <site>
  {the|a} <animal> {ran|slept|hid|escaped|was seen|died} {in|near|from|behind} <site>
  the {first|last|second|next} {version|edition|part|half|chapter} of <np_small> {was|is|will be} <being>
title:
  {Mr.|Mrs.|Ms.|Dr.|Sir|Professor|Lord|Lady|Judge|Colonel|General|Captain|President|Senator|King|Queen|Prince|Pope|Saint}
  {Prime Minister|Secretary of State|Foreign Minister|Defence Minister|Vice President|Major General|Sgt.|Lt.|Rev.|Gov.}
"""
