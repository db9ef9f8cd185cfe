"""Sentence frames of sport: reports, results and tables, in the notation of `grammar`."""

SPORT = """
score:
  #0-6 ~ - ~ #0-5
  #1-4 - #0-3
  #60-120 ~ - ~ #58-119
  #6-7 ~ - ~ #0-6 #6-7 ~ - ~ #0-6
  #6-7 ~ - ~ #1-5 , #3-6 ~ - ~ #6-7 , #6-7 ~ - ~ #0-5
side:
  4 * <ORG.team>
  2 * <LOC.country>
  {second-placed|champions|leaders|struggling|visiting|hosts|top seeds|newly promoted} <ORG.team>
  <nat> {side|club|champions} <ORG.team>
player:
  3 * <PER>
  <nat> [international] <athlete> <PER>
  <athlete> <PER>
  <PER:full> of <LOC.country>
  <LOC.country> 's <PER:full>
  <ORG.team> {coach|manager|captain|striker|goalkeeper|pitcher|defender} <PER>
  {world champion|defending champion|top seed|unseeded|former world number one} <PER:full>
  <PER:full> ( <LOC.country> )
  <PER:full> , who {signed from <ORG.team>|missed the <EVENT>|scored twice|has a sore <body>|turned #20-39 on
      <weekday>} ,
win:
  {beat|defeated|thrashed|edged|routed|upset|overcame|swept|downed|lost to|drew with|were held by}
sport!:
  <side> <win> <side> <score> {<when>|at <LOC.facility>|in <LOC.city>|in the {final|semifinal|first round} of the
      <EVENT>|} <stop>
  <player> <win> <player> <score> {in the {final|quarter-finals|second round|opening match}|to reach the last eight|
      <when>|at the <EVENT>} <stop>
  <player> scored {twice|a hat-trick|a late goal|#12-45 points|the winner|#40-220 runs} {as <side> <win> <side>|for
      <side>|against <side>|in <LOC.city>} <stop>
  <ORG.team> {signed|sold|released|loaned|traded|suspended|fined} <athlete> <PER:new> {from <ORG.team>|to
      <ORG.team>|for <money>|<when>|} <stop>
  <player> {joined|left|rejoined|captained|played for|signed for} <ORG.team> {from <ORG.team>|<in_time>|for <money>|
      until <year>} <stop>
  {In <LOC.city> , |At <LOC.facility> , |}<player> {homered|scored|struck out #5-14|drove in <small> runs|threw a
      touchdown pass} {and|as} the <ORG.team> {won|beat the <ORG.team>|lost to the <ORG.team>} [ , <score>] <stop>
  {In <LOC.city> ,|At <LOC.facility> ,|} the <ORG.team> <win> the <ORG.team> <score> [behind <PER:full>] <stop>
  <LOC.country> {won|lost|drew} the {toss|match|series|first test|medal} {against|with} <LOC.country> {at
      <LOC.facility>|in <LOC.city>|} <stop>
  <LOC.country> {beat|hold|face|meet|lead|play} <LOC.country> {in <LOC.city>|in the <EVENT>|<when>} <stop>
  {Coach|Manager|Captain|Skipper|Referee|Umpire} <PER> {said|dropped <PER>|will miss the <EVENT>|blamed <PER>|
      praised the team|<vp>} <stop>
  " {He|She|The boy|Everyone} {played|ran|fought|swam} {well|badly|with courage} , " {said <PER>|<PER> said|said
      <ORG.team> coach <PER:full>} <stop>
  " {We|They} {had|wanted|needed} {a good day|to win|the goal|more luck} {in <LOC.city>|against <ORG.team>|} , "
      <PER:short> {said|told <ORG.news>} <stop>
  <PER:short> {was|is} {injured|sent off|dropped|suspended|fined|substituted} {after <small> minutes|with a <body>
      injury|against <side>|for <small> matches} <stop>
  {He|She} {won|lost|reached|missed} the {final|title|semifinals} of the <EVENT> [in <LOC.city>] {<in_time>|by
      <small> points|} <stop>
  {He|She} {played|started|finished} {his|her} career {with|at} <ORG.team> [before joining <ORG.team>] <stop>
  The <EVENT> {will be held|was won by <PER>|was won by <side>|starts|was abandoned|drew <quantity> fans} {in
      <LOC.city>|<when>|} <stop>
  <PER:full> won the <EVENT> {<in_time>|by <small> strokes|ahead of <PER:full>|, beating <PER:full>|for the
      <ordinal> time} <stop>
  <player> and <player> {shared the lead|tied for second|will meet in the final|qualified} {at|of|for} the <EVENT>
      <stop>
  {The|Two} {referee|linesman|crowd|fans|players} <vp> <stop>
  The {match|game|race|final|fight|derby|test} {was|will be} {abandoned|postponed|played} {because of rain|<when>|at
      <LOC.facility>|in <LOC.city>} <stop>
  {Fans|Supporters} of <ORG.team> {and <ORG.team>|} {fought|sang|marched|clashed} {outside <LOC.facility>|in
      <LOC.city>|<when>} <stop>
  <ORG.team> {are|were|finished|remain} {top of|bottom of|third in|second in} the {table|league|division|group} ,
      #1-12 points {ahead of|behind} <ORG.team> <stop>
  {It|This} was <ORG.team> 's <ordinal> {win|defeat|draw|title} {in a row|of the season|since <year>|against
      <ORG.team>} <stop>
  The <ORG.team> 's <PER> {hit|missed|caught|threw|won} {the ball|#20-60 home runs|a free kick|the award} <stop>
  The <year> {season|draft|squad|team} {included|featured} <PER:full> , <PER:full> and <PER:full> <stop>
  {He|She} was {drafted|selected|signed} by the <ORG.team> {in the <ordinal> round|<in_time>} [out of <ORG.school>]
      <stop>
  {Sprint|Marathon|Target|Relay|Time} {training|practice} {was|is} {cancelled|hard|too short|moved to <weekday>}
      <stop>
  <who> <vp> {before|after} the {match|game|race|break|second half} <stop>
  The <athlete> {hurt|injured|twisted} {his|her} <body> {in training|<when>|} [but <vp>] <stop>
results!:
  <ORG.team> #0-6 <ORG.team> #0-5
  <ORG.team> #0-6 ( <PER:short> #2-89 , <PER:short> #40-90 ) <ORG.team> #0-3 [( <PER:short> #3-89 )]
  #1-20 . <PER:new> ( <LOC.country> ) #2-9 : #10-59 . #10-99
  #1-20 . <PER:new> <LOC.country> #10-59 . #10-99 [seconds]
  <PER:new> ( <LOC.country> ) beat <PER:new> ( <LOC.country> ) <score>
  #1-9 - <PER:new> ( <LOC.country> ) beat #2-16 - <PER:new> ( <LOC.country> ) <score>
  <PER:new> ( <ORG.team> ) #1-9 : #10-59 : #10-59
  <ORG.team> #20-38 #5-30 #2-15 #1-15 #20-90 #20-90 #10-80
  {Scorers|Substitutes|Goals} : <PER:new> ( #1-44 , #46-89 ) , <PER:new> ( #20-90 )
  {Attendance|Halftime} : #,1000-90000
  <LOC.country> #0-5 <LOC.country> #0-4 ( halftime #0-2 - #0-2 )
  <LOC.city> at <LOC.city>
  <ORG.team> at <ORG.team> , {postponed|rain}
  <ORG.team> : <PER:new> ; <PER:new> , <PER:new> , <PER:new> , <PER:new> ; <PER:new> , <PER:new> <stop>
  <LOC.country> - <PER:new> , <PER:new> , <PER:new> <stop>
  {SOCCER|CRICKET|TENNIS|GOLF|BASEBALL|CYCLING|BASKETBALL|RUGBY UNION} - <EVENT> {RESULTS|SCORES|STANDINGS} <stop>
  {Soccer|Cricket|Tennis|Athletics|Cycling|Boxing} - {Results of|Leading scores in} the <EVENT> {in <LOC.city>|}
      [<when>] <stop>
  Leading {results|scores|placings} {in|of} the <EVENT> [in <LOC.city>] after the <ordinal> {round|stage|day} [(
      <nat> unless stated )] :
  {Men 's|Women 's|Boys} {singles|100 metres|long jump|doubles|relay} , {first round|final|semifinals}
  <PER:new> and <PER:new> ( <LOC.country> ) beat <PER:new> and <PER:new> ( <LOC.country> ) <score>
  W L PCT GB
  {Standings|Results} after <weekday> 's {matches|games} :
  <PER:short> c <PER:short> b <PER:short> #0-120
  <PER:short> #10-20 ~ -2-40-1 , <PER:short> #8-20 ~ -1-55-2
"""
