"""What people, organisations, places and things do, and how sentences go on: the recursive part, in the notation of
`grammar`."""

CLAUSES = """
per_vp:
  {visited|left|reached|loved|described|remembered|grew up in|came from|lived in|lived near|was exiled to} <loc_np>
  {moved|returned|travelled|went|was deported|emigrated|drove|flew} {back|} {to|from} <loc_np> {<in_time>|<when>|
      with <PER>|}
  {met|married|phoned|replaced|knew|defeated|admired|accused|thanked|interviewed|hired|taught|betrayed|joined|
      quoted} <PER>
  {spoke|argued|worked|lived|talked|stayed|sang|lunched|corresponded} with <PER> {in <LOC>|about <np>|<in_time>|}
  {worked|wrote|spied|played|spoke} for {<ORG>|the <ORG.agency>|<ORG.news>} {in <LOC>|<in_time>|}
  {joined|left|founded|sued|advised|led|sponsored|criticised|chaired} {<ORG>|the <ORG.agency>} {<in_time>|with
      <PER>|}
  {wrote|read|directed|translated|quoted|praised|mentioned|sang|rewrote} <WORK> {in <LOC>|<in_time>|for <ORG>|}
  {attended|missed|survived|won|covered|organised|remembered|opposed} the <EVENT> {in <LOC>|<in_time>|}
  {drove|bought|owned|tested|designed|flew|used|repaired|crashed|sold} {a|the|an old|his|her} <PRODUCT>
  was {born|killed|arrested|buried|educated|wounded|seen|raised|baptised} {in|near} <loc_np> {<in_time>|}
  was {replaced|succeeded|supported|interviewed|influenced|taught|defeated|followed} by <PER>
  {was|became} {a|an|the} {<nat>|<adj>|former} {<job>|<office>} {of <ORG>|in <LOC>|at <ORG.school>|<in_time>|}
  {studied|taught|read|lectured on} <abstract> at <ORG.school>
  3 * <vp>
org_vp:
  {opened|closed|has|runs|owns|rented} {an office|a factory|<small> offices|a branch|a school|a laboratory} {in|
      near} <loc_np>
  {was|is} {based|founded|formed|established|headquartered|banned|active} {in|outside} <loc_np> {<in_time>|}
  {hired|fired|sued|honoured|elected|backed|criticised|signed|expelled|paid} <PER>
  {sued|supports|owns|left|joined|merged with|competes with|was sold to|split from|belongs to} <ORG>
  {sponsors|organised|boycotted|lost|covered|won} the <EVENT> {in <LOC>|<in_time>|}
  {published|released|produced|banned|broadcast} <WORK> {in <LOC>|<in_time>|}
  {makes|sells|tested|ordered|invented|abandoned|advertised} the <PRODUCT> {in <LOC>|}
  {said|reported|denied|announced} {its <thing>|it} <vp>
  {has|lost|gained|recruited} {<quantity> members|#,200-9000 employees|<percent> of the vote} {in <LOC>|}
  {was|is} led by <PER:full>
  2 * <vp>
loc_vp:
  {borders|traded with|attacked|recognised|belonged to|lies near|supplies|belongs to|resembles} <LOC>
  {was|is} {captured|visited|founded|ruled|described|painted|conquered|governed} by <PER>
  {was|is} home to {<ORG>|<quantity> <people>|the <EVENT>|many <group>|<PER>}
  {is|was} {north|south|east|west} of <LOC> {and <LOC>|}
  {exports|imports|produces} <food> {and <food>|}
  {hosted|won|remembers|suffered in} the <EVENT> {<in_time>|}
  {has|had} {a population of #,900-90000|<small> <building> ~ s|a <adj> climate|no <thing>}
  {elected|jailed|expelled|welcomed} <PER>
  2 * <vp>
thing_vp:
  {was|is} {sold|made|built|used|banned|shown|popular} in <LOC>
  {was|is} {designed|invented|described|mentioned|praised|owned} by {<PER>|<ORG>}
  {belongs to|is named after|made a fortune for} {<PER>|<ORG>}
  {<adv>|} {failed|succeeded|appeared|disappeared} {in <LOC>|<in_time>}
  <vp>
clause:
  4 * <PER> <per_vp>
  2 * <person_np> <per_vp>
  2 * {he|she|they} <per_vp>
  2 * <ORG> <org_vp>
  <org_np> <org_vp>
  2 * <LOC> <loc_vp>
  <LOC.city> {said|denied|insisted|knew} {<when>|} that <who> <vp>
  <loc_np> <loc_vp>
  {<WORK>|the <PRODUCT>} <thing_vp>
  the <EVENT> <vp>
  3 * <fact>
  2 * <who> <vp>
stop:
  2 * .
  5 * <tail> .
  2 * <tail> <stop>
tail:
  4 * , {and|but|while|although|whereas|though} <clause>
  2 * {because|before|after|when|until|since|as} <clause>
  {after|because of|despite|since|before} {<event_np>|<trouble>|the <EVENT>}
  , {which|something that|a move that|a decision that} {surprised <PER>|angered <LOC>|cost <ORG> <money>|<did_it>}
  , {according to|said} {<PER:full>|<ORG>|<ORG.news>|<who>|<PER> of <ORG>}
  {in|near|outside|across} <loc_np>
  {<when>|<in_time>}
  {with|without} {<PER>|the help of <PER>|the support of <ORG>|<planned>}
  ( {<year>|now <LOC>|formerly <ORG>|about <money>|see <WORK>|pictured with <PER>} )
  , {an|a} <plan_adj> <plan> {in|for} {<LOC>|<abstract>|<ORG>}
  , {<person_np>|<ORG.news>|<who>} <said> {<when>|in <LOC>|}
  , {one of|the first of} <small> {<contest>|<object>|<place_thing>} ~ s {in <LOC>|for <PER>|of the year}
  and later {<did_it>|<per_vp>}
"""
