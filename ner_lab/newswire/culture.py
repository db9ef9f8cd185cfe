"""Sentence frames of music, film, books and broadcasting, in the notation of `grammar`."""

CULTURE = """
work:
  2 * <WORK>
  " <WORK> "
artist:
  3 * <PER>
  2 * <ORG.band>
  {singer|guitarist|rapper|producer|composer|drummer|actor|director} <PER>
  the [<nat>] <genre> {band|group|duo} <ORG.band>
  <PER.mono>
  <PER:full> {of|and} <ORG.band>
  <ORG.band> {frontman|singer|drummer|bassist|guitarist} <PER:full>
release:
  {album|single|song|debut album|second album|EP|compilation|live album|soundtrack|hit|ballad|track|studio album}
music!:
  <work> is {the|a|an} {<ordinal>|debut|live|studio|compilation} {album|EP|single|record} {by|from} [the] [<nat>]
      [<genre>] {band|singer|group|rapper|artist} {<ORG.band>|<PER:full>} [, released <in_time>] <stop>
  <artist> {released|recorded|wrote|sang|performed|covered} {the|their|his} <release> <work> {<in_time>|in
      <LOC.city>|with <artist>|on <ORG.company>|} <stop>
  {The|Their|His|Her} <release> , <work> , {was released|reached number #1-40|went platinum|sold #,1000-90000
      copies} {<in_time>|in <LOC.country>|on <ORG.company>|} <stop>
  {The|A} <release> <work> {was written by <artist>|was produced by <PER:full>|features vocals by <artist>|includes
      a cover of <work>|was recorded in <LOC.city>} <stop>
  <ORG.band> {is|are|was|were} {a|an} [<nat>] <genre> {band|group|duo|trio} {from|formed in|based in} <loc_np>
      [<in_time>] <stop>
  {The band|The group|It} {consists of|was formed by|was founded by|includes|was joined by} {<PER:full> ( vocals )|
      singer <PER:full>|<PER:full>} , <PER:full> [( <instrument> )] and <PER:full> <stop>
  {The band|<ORG.band>|The singer} {toured|played in|visited|headlined} {<LOC.country> and <LOC.country>|the
      <EVENT>|<LOC.city>|<LOC> with <artist>} <in_time> <stop>
  <PER:full> ( {born|b.} <date> [in <LOC.city>] ) is {a|an} <nat> {singer|<job>|<instrument> player|<genre>
      musician} {and member of <ORG.band>|best known for <work>|} <stop>
  <PER> {left|joined|quit|rejoined} <ORG.band> {<in_time>|to form <ORG.band>|and was replaced by <PER:full>} <stop>
  <PER> {plays|played} {the|} <instrument> {on <work>|in <ORG.band>|for <ORG.band>|with <PER> and <PER>} <stop>
  {Former|Founding} {member|members} {of <ORG.band>|} {<PER:full>|<PER:full> and <PER:full>} {formed|started|joined}
      <ORG.band> [in <LOC.city>] <stop>
  {Songs|Tracks|Singles} {like|such as} <work> and <work> {made|showed|proved} {them|him|her} {famous|<adj>|popular
      in <LOC.country>} <stop>
  " <WORK> " is a song {by|from} {<artist>|<work>} {, released as a single <in_time>|that <vp>|} <stop>
  " <WORK> " ( <PER:new> , <PER:new> ) - #1-9 : #10-59
  #1-18 . <work> #1-8 : #10-59
  The {lyrics|chorus|melody|video|cover|bass line} of {<work>|the song} {was|were} {written by <PER>|inspired by
      <trouble>|changed|<being>} <stop>
  The video for <work> was {shot|directed|filmed} {by <PER:full>|in <LOC>|<in_time>} <stop>
  {Signed|Dropped} {to|by} <ORG.company> <in_time> , {they|<ORG.band>|<PER>} {recorded|wrote|abandoned} <work>
      <stop>
  {They|The band} {performed|played} {at|} the <EVENT> [in <LOC>] <in_time> <stop>
  The album {received <adj> reviews|was compared to <artist>|<vp>|was rereleased <in_time>} [, {<ORG.news>|a critic}
      {said|wrote}] <stop>
  <ORG.news> {called|ranked|named|described} {it|<work>|<ORG.band>} {one of the best <genre> records|number #2-99 of
      all time|" <adj> and <adj> "} <stop>
  This {album|song|sound|track|record} {proved|seems|was said} to be {more|less} <adj> {and <adj>|} , with
      {heavily|} {distorted|synthesized|layered} {guitars|vocals|songs|drums} <stop>
  The {music|band|sound} {became|was|is} {more|less|very} <adj> , {with|without} {a|the} <adj> {<genre>|} {sound|
      rhythm|feel} <stop>
film!:
  <work> is a <year> [<nat>] <filmkind> {directed|written|produced} by <PER:full> {and starring <PER:full> [,
      <PER:full>] and <PER:full>|based on the novel by <PER:full>|set in <LOC>|} <stop>
  <PER> {starred|appeared|played <PER>|made {his|her} debut} in {the <filmkind> <work>|<work>|the {film|film version
      of} <work>} {<in_time>|with <PER:full>|opposite <PER:full>|} <stop>
  {The|A} {film|show|series|remake|sequel} {, <work> ,|<work>|} {stars|follows|was directed by|was written by|is
      narrated by} <PER:full> [and <PER:full>] <stop>
  {In|In the {film|episode|pilot|sequel}} <work> , <PER.mono> {meets|kills|fights|marries|rescues|travels to <LOC>
      with} <PER.mono> <stop>
  <PER> ( {played|portrayed|voiced} by <PER:full> ) {is|was} {a|the} <job> {from <LOC>|who <vp>} <stop>
  <PER.mono> {is|was} a {fictional|} {character|villain|superhero|detective|king} in {<work>|the <bookkind> <work>|
      <nat> mythology} <stop>
  {The movie|The series|The show|It} {was filmed|was shot|is set|takes place|premiered} {in|near} <LOC> [and <LOC>]
      [<in_time>] <stop>
  {The show|The series|The episode|The programme} {aired|was broadcast|was cancelled|premiered|is shown} {on|by}
      <ORG.news> {<in_time>|in <LOC.country>|} <stop>
  <PER> {won|received|was nominated for} {an award|a prize|best actor|best director} at the <EVENT> {for <work>|
      <in_time>|for {his|her} role in <work>} <stop>
  <ORG.company> {released|bought the rights to|produced|will remake} <work> {<in_time>|in <LOC.country>|for
      <money>|} <stop>
  {Critics|Viewers|Readers|Fans} {loved|hated|ignored|compared} <work> {because <who> <vp>|and <work>|to <work>|}
      <stop>
  {The role|The part|The voice} of <PER> {was played by <PER:full>|went to <PER:full>|was offered to <PER:full>}
      <stop>
  {He|She} {also|later} {appeared in|directed|wrote|produced} <work> ( <year> ) , <work> ( <year> ) and <work> [(
      <year> )] <stop>
  {Actor|Actress|Director|Screenwriter|Producer} <PER:full> {died|was born|lives|married <PER:full>} {in <LOC>|
      <in_time>} <stop>
  The {plot|story|ending|script|third season|final episode} {of <work>|} {was|is} {based on {<work>|<trouble>|the
      life of <PER>}|about <trouble>|<being>|changed <when>} <stop>
  The {hero|heroine|villain|audience|narrator} <vp> {while|until|because} <who> <vp> <stop>
books!:
  <PER:full> {wrote|published|translated|illustrated|edited} {<work>|the <bookkind> <work>|a <bookkind> about <LOC>|
      a biography of <PER>} {<in_time>|in <language>|in <LOC.city>|} <stop>
  <work> is a <bookkind> {by|written by} [<nat>] [<job>] <PER:full> [, {first published <in_time>|published by
      <ORG.company>}] <stop>
  {His|Her} {first|second|best-known|last} <bookkind> , <work> , {appeared <in_time>|was set in <LOC>|was banned in
      <LOC.country>|won a prize|tells the story of <PER.mono>} <stop>
  {In|According to} <work> , <PER> {describes|argues|claims|explains} {how <who> <vp>|<np>|that <fact>} <stop>
  The {hero|heroine|author|narrator|translator} of <work> , <PER:full> , {moves to <LOC>|was a <job>|<vp>} <stop>
  {He|She} {studied|taught} {literature|history|law|painting} at <ORG.school> {and wrote for <ORG.news>|<in_time>|
      under <PER:full>|} <stop>
  {The|A} {painting|portrait|statue|exhibition|opera|symphony|sculpture} {of <PER>|<work>|by <PER:full>|} {hangs|is
      kept|can be seen|was shown} {in <LOC>|at <ORG.school>|in the <LOC.facility>} <stop>
  {The orchestra|<ORG.agency>|A choir} {performed|rehearsed} <PER> 's <work> {at <LOC.facility>|in <LOC.city>|
      <when>} <stop>
  <PER> {conducts|premiered|composed|staged} <work> {at <LOC.facility>|in <LOC.city>|for <ORG>} [<in_time>] <stop>
  {Magazine|Newspaper} {editor|columnist|critic} <PER:full> of <ORG.news> {praised|reviewed|hated} <work> <stop>
  {Scholars|Historians|Readers} {believe|argue|doubt} that <fact> <stop>
  The {text|poem|manuscript|chapter|myth} {is|was} written in {Old|Middle|} <language> [and {<vp>|translated into
      <language>}] <stop>
"""
