"""Lists of words without names, in the notation of `grammar`."""

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
  Jordanian Turkish Spanish Georgian Canadian Pakistani South_African Mexican Brazilian Argentine Irish Scottish
      Polish
  Egyptian Syrian Lebanese Afghan Dutch Swedish Swiss Austrian Belgian Danish Norwegian Finnish Greek Portuguese
  Hungarian Romanian Bulgarian Ukrainian Serbian Bosnian Croatian Albanian Czech Slovak Soviet Cuban Colombian
      Peruvian
  Chilean Welsh Saudi Kuwaiti Libyan Algerian Moroccan Sudanese Ethiopian Kenyan Ugandan Nigerian Ghanaian Korean
  Vietnamese Thai Indonesian Malaysian Filipino European African Asian Arab Jewish Catholic Muslim Christian
      Protestant
  Latin Roman Palestinian Kurdish Chechen Basque Catalan Flemish Bavarian Persian Ottoman Celtic Norse Slavic
      Byzantine
people =
  Americans Britons Germans Russians Chinese Israelis Japanese Iraqis Italians Iranians Australians Indians Turks
  Spaniards Canadians Mexicans Brazilians Poles Egyptians Syrians Afghans Dutch Swedes Greeks Serbs Croats Bosnians
  Palestinians Arabs Jews Kurds Chechens Muslims Christians Catholics Protestants Hutus Tutsis Tamils Sikhs Hindus
      Basques
  Europeans Africans Romans Celts Vikings Normans Native_Americans African_Americans Zulus Maori Cherokee Apaches
language =
  English French German Russian Mandarin Japanese Arabic Hebrew Spanish Portuguese Italian Latin Greek Turkish Hindi
      Urdu
  Tamil Bengali Swahili Dutch Polish Czech Welsh Gaelic Sanskrit Korean Persian Kurdish Yiddish Basque Catalan
genre =
  rock punk_rock heavy_metal jazz blues country hip_hop pop folk soul reggae techno house indie_rock
      alternative_rock
  gospel death_metal classical progressive_rock synthpop ska grunge electronica funk R&B rap bluegrass ambient
filmkind =
  comedy drama thriller western horror_film science_fiction_film documentary musical romantic_comedy war_film
      film_noir
  silent_film animated_film television_series sitcom soap_opera miniseries action_film short_film cartoon
bookkind =
  novel short_story poem play essay memoir biography cookbook textbook treatise collection_of_poems comic_book
      autobiography
  graphic_novel children_'s_book fantasy_novel detective_story pamphlet travel_guide manga_series
instrument =
  guitar bass drums piano violin cello trumpet saxophone keyboards organ flute harmonica banjo clarinet synthesizer
job =
  actor actress singer songwriter guitarist drummer composer conductor pianist painter sculptor architect
      photographer
  writer novelist poet playwright journalist broadcaster historian philosopher economist physicist chemist biologist
  mathematician astronomer engineer inventor surgeon physician nurse psychologist lawyer judge banker businessman
  businesswoman industrialist politician diplomat general admiral missionary bishop priest rabbi monk explorer
      botanist
  geologist linguist teacher professor librarian programmer designer film_director producer screenwriter comedian
      dancer
  choreographer model chef farmer soldier pilot astronaut cartoonist illustrator publisher editor critic wrestler
  anthropologist sociologist theologian social_activist trade_unionist folk_singer rapper disc_jockey game_designer
athlete =
  striker midfielder defender goalkeeper captain winger forward full-back fly-half lock hooker batsman bowler
      all-rounder
  pitcher shortstop catcher outfielder first_baseman quarterback linebacker wide_receiver point_guard center
      sprinter
  hurdler cyclist swimmer golfer boxer skier figure_skater tennis_player jockey driver sailor rower gymnast
      long_jumper
  marathon_runner heavyweight cornerback running_back left-hander spinner veteran rookie teenager
office =
  president prime_minister foreign_minister finance_minister defence_minister interior_minister ambassador senator
      governor
  mayor congressman chancellor attorney_general secretary_of_state vice_president party_leader opposition_leader
      spokesman
  spokeswoman negotiator envoy chief_of_staff deputy_prime_minister justice_minister trade_minister mediator
      commissioner
  secretary-general legislator councillor premier dictator king queen emperor sultan crown_prince
boss =
  chairman chief_executive president finance_director chief_financial_officer spokesman founder managing_director
      analyst
  vice_president general_manager head_of_research director chief_economist board_member spokeswoman co-founder
      trader
place_noun =
  town village city suburb hamlet municipality commune district neighborhood port resort parish settlement
      ghost_town
  mining_town seaport census-designated_place market_town borough township farming_community
building =
  church cathedral castle palace museum theatre library hospital school hotel prison factory bridge stadium
      railway_station
  airport lighthouse monastery mosque synagogue temple shopping_mall power_plant dam courthouse town_hall skyscraper
group =
  rebels soldiers police villagers protesters workers students farmers refugees doctors officials voters residents
      miners
  prisoners pilots teachers journalists lawyers tourists fishermen scientists guerrillas peacekeepers settlers monks
  firefighters investors consumers drivers nurses truckers activists veterans pensioners migrants pirates smugglers
anon =
  man woman boy girl teenager student farmer policeman soldier driver tourist child nurse taxi_driver businessman
      widow
  fisherman journalist mechanic passer-by prisoner pensioner doctor truck_driver security_guard neighbour relative
      witness
plan =
  agreement proposal plan law treaty budget decision programme reform deal policy idea report contract offer
      constitution
  strategy project recommendation amendment compromise scheme bill investigation merger reorganisation timetable
      theory
object =
  bridge road house car machine computer gun letter book ship tower wall camera engine telephone boat painting piano
      bus
  truck tent lamp clock table chair door window bicycle map bottle helmet coat ring sword bell box key ladder carpet
      statue
problem =
  crisis strike fire flood storm epidemic disease shortage scandal accident conflict drought recession war virus
      debt riot
  dispute deadlock delay injury mistake defeat failure explosion collapse protest threat rumour bug leak famine
contest =
  match race game election trial tournament debate final season vote competition interview concert exhibition
      ceremony
  festival meeting performance audition party lecture parade wedding funeral summit conference auction hearing
      session
place_thing =
  school hospital church factory farm forest river village camp border prison market station mine valley garden
      library
  kitchen street building airport beach mountain theatre office harbour laboratory field park museum castle
thing =
  plan project bridge machine book crisis match school church law system company team army film song story letter
      picture
  house road engine computer weapon league committee river forest village language tradition method result question
  experiment species economy price government strike agreement theory festival record building
abstract =
  corruption inflation unemployment poverty violence terrorism independence democracy education health trade
      security
  tourism agriculture freedom of_speech crime pollution science religion history music literature mathematics
      nationalism
  discipline technology evolution immigration privacy reform justice hunger racism drought deforestation
plan_adj =
  new controversial secret final draft joint detailed five-year costly ambitious unpopular revised modest formal
      legal
object_adj =
  old heavy broken wooden stolen expensive small large rusty empty wet beautiful second-hand plastic metal narrow
      ancient
problem_adj =
  serious growing bitter worst severe sudden long mysterious political financial violent global domestic fatal
      deadly
contest_adj =
  opening final annual last first historic local friendly close long-awaited quiet public noisy international
      decisive
adj =
  new old large small big great long short high low early late recent important major minor public private local
      national
  international modern ancient traditional controversial popular famous unknown rare common simple complex
      successful
  strange quiet bright dark warm cold dangerous safe beautiful remote narrow deep rural urban industrial independent
adv =
  quickly slowly finally eventually originally reportedly apparently largely mostly officially briefly successfully
      heavily
  sharply slightly narrowly repeatedly generally usually widely partly soon never still also later immediately
animal =
  horse dog cat wolf bear eagle whale shark turtle salmon elephant tiger lion turkey duck sheep goat cow pig monkey
      snake
  frog butterfly beetle spider swan pigeon owl hawk dolphin jaguar puma cougar mustang beetle cobra panther falcon
food =
  apple apples bread rice turkey chicken beef pork fish cheese butter sugar wheat coffee tea wine beer chocolate
      soup
  potatoes tomatoes onions beans corn milk honey salt pepper dates olives oranges grapes mushrooms
body =
  knee ankle hamstring back shoulder groin thigh calf elbow wrist neck hip
science =
  molecule protein cell gene enzyme particle electron atom function matrix vector algorithm polynomial equation
      theorem
  orbit star galaxy planet comet crystal polymer acid alloy mineral fossil species genus habitat bacterium antibody
modifier =
  hockey football baseball cricket rugby chess rowing youth student women_'s men_'s girls_' boys_' high primary
      secondary
  grammar boarding law medical art drama music night church city town county state federal village family trade
      labor mining
  steel oil gas coal bus train railway subway tram ferry freight shipping cargo record film television radio news
      local
  public private national regional central northern southern royal military naval infantry cavalry artillery air
      police fire
  space research software hardware computer video phone insurance savings investment property real_estate tobacco
      wine
  beer dairy textile car motorcycle tire aircraft weapons paper book comic cartoon fashion beauty fitness summer
      winter
  special junior senior amateur professional veteran volunteer rescue border customs tax health welfare housing
      water power
  energy nuclear electric solar stone wooden iron street bridge garden forest mountain beach lake river island
      harbor
  jazz rock brass string punk folk dance choir cover tribute debut studio concert opera ballet puppet
  school college university graduate faculty campus alumni parish mission pilgrim prayer holy sacred
head =
  club team squad league side school college academy university institute department company firm bank label studio
      station
  channel network newspaper magazine journal publisher store shop chain mall market factory plant mill mine farm
      railroad
  railway line airline airport port service system union party movement council committee board commission court
      office
  agency bureau ministry church chapel parish order society association federation foundation museum library gallery
  hospital clinic prison army navy force corps regiment battalion brigade division squadron unit band group
      orchestra choir
  quartet theater hall park field stadium arena street road avenue square bridge tower river lake mountain island
      county
  district province festival cup trophy championship tournament series award prize program project campaign
      operation
  battle war book album song show episode game character engine car truck aircraft ship train model version edition
noun =
  rail wheel axle boiler valve piston gear cable pipe pump tank hull deck mast anchor sail rope chain hook nail
      screw hammer
  saw knife fork spoon plate bowl cup glass jar barrel basket bucket brush broom ladder fence gate roof floor
      ceiling
  corridor stairway basement attic chimney stove oven carpet curtain blanket pillow mattress shirt jacket sleeve
      collar
  button pocket belt boot shoe glove hat mask uniform badge medal flag banner drum whistle horn bow arrow spear
      shield
  cannon rifle bullet trench tunnel bunker barracks harbor dock pier canal ditch pond swamp meadow pasture orchard
      vineyard
  hedge stable barn shed cottage mansion hut cave cliff slope summit glacier crater dune reef lagoon marsh prairie
      canyon
  seed root stem leaf petal branch trunk bark thorn nest egg feather wing beak claw paw tail fur hide bone skull jaw
      tooth
  tongue throat lung liver kidney heart vein nerve muscle skin finger thumb toe heel ankle wrist palm hip rib spine
  fever cough rash wound scar bruise tumor vaccine pill dose surgery bandage needle thermometer
  verse stanza rhyme chorus melody chord rhythm beat solo encore riff lyric tune anthem ballad lullaby
  chapter paragraph sentence comma footnote index appendix glossary manuscript scroll alphabet dialect accent vowel
      noun
  triangle circle square cube angle curve axis fraction equation integer matrix vector sum ratio proof lemma theorem
      graph
  pixel byte file folder cursor keyboard mouse printer scanner server router browser database password username
      script
  loop array string compiler kernel bug patch interface menu icon font
  lawyer witness juror clerk bailiff plaintiff defendant tenant landlord heir widow orphan nephew cousin bride groom
  sheriff deputy inspector warden guard captain crew sailor passenger pilot mechanic plumber carpenter mason weaver
      tailor
  butcher grocer waiter barber janitor gardener shepherd hunter trapper peddler beggar thief pirate smuggler spy
      hostage
  pitcher batter inning puck rink goalpost penalty corner tackle fumble touchdown punt scrimmage dribble rebound
      layup
  racket serve volley backhand hurdle relay javelin discus saddle bridle jockey paddle oar canoe raft kayak
      surfboard
  altar pew hymn sermon psalm saint relic shrine pilgrim ritual prayer choir incense candle baptism sacrament
      holiday
  coin bill loan bond share dividend mortgage salary wage pension rent invoice receipt budget tariff subsidy merger
      audit
  ballot veto motion quorum caucus petition decree statute ordinance clause amendment verdict appeal bail parole
  comet asteroid nebula quasar orbit eclipse telescope probe capsule antenna magnet laser lens prism battery circuit
      switch
  carbon nitrogen oxygen helium copper zinc iron lead tin silver uranium sulfur salt acid solvent polymer resin
verbed =
  carried moved pulled pushed lifted dropped turned opened closed locked filled emptied covered painted washed
      cleaned
  repaired replaced removed added combined divided measured weighed counted labelled listed described mentioned
      explained
  compared connected attached fixed joined separated followed chased watched noticed ignored avoided preferred
      requested
  required needed wanted used tested checked examined adapted designed shaped copied printed stored shared borrowed
      rented
  collected gathered planted harvested cooked boiled served tasted mixed heated cooled burned melted crushed damaged
  restored protected guarded supported trained taught helped served produced created developed improved extended
      reduced
  increased limited controlled managed planned organised performed practised recorded played named called considered
"""
