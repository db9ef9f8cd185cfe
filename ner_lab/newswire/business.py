"""Sentence frames of companies, markets and products, in the notation of `grammar`."""

BUSINESS = """
company_np:
  4 * <ORG.company>
  {Shares of|Shares in|A unit of|Rival|The chairman of|Workers at|A spokesman for|Investors in} <ORG.company>
  <nat> {carmaker|airline|bank|retailer|brewer|drugmaker|insurer|oil company|software maker|chipmaker} <ORG.company>
  <LOC.city> ~ -based <ORG.company>
  <ORG.company> , the {maker|seller|distributor} of <PRODUCT> ,
  <ORG.company> , {which|that} {employs #,200-90000 people|is based in <LOC.city>|makes <PRODUCT>|was founded by
      <PER:full>} ,
  <ORG.company> of <LOC.country>
  The <ORG.company> <LOC.city> {plant|office|refinery|store}
  <ORG.company> , <LOC.country> 's {largest|second-largest|oldest} {bank|employer|airline|carmaker|steelmaker} ,
business!:
  <company_np> {said|announced|reported} <when> [that] {it|profits|sales} {will|may|would|had} {rise|fall|close|
      expand|merge} [in <LOC>] <stop>
  <company_np> {rose|fell|gained|lost|slipped|jumped|dropped} {#1-9 ~ -1/2|#2-20 cents|<percent>|#.1-9 points} to {$
      #5-95|#10-900 pence} [on <LOC.facility>] [, <ORG.news> said] <stop>
  <company_np> {agreed to buy|bought|sold|will acquire|bid for|merged with} <ORG.company> [for <money>] [<in_time>]
      <stop>
  <company_np> {will|plans to|wants to|began to} {build|open|close|sell} a {plant|factory|store|refinery|warehouse}
      in <loc_np> [next year] <stop>
  <company_np> {unveiled|launched|recalled|withdrew|introduced|stopped making|released} {the|its} [<adj>] <PRODUCT>
      {<when>|in <LOC.city>|} <stop>
  <company_np> {named|appointed|hired|dismissed} <PER:new> [, #35-68 ,] {as|} {its new <boss>|<boss>|head of its
      <LOC.country> business} <stop>
  <PER:full> , <boss> {of|at} <ORG.company> , <said> [<when>] [that] {the <PRODUCT>|the company|<ORG.company>|it}
      <vp> <stop>
  " {The|Our} <PRODUCT> <vp> , " said <ORG.company> <boss> <PER:full> <stop>
  " <fact> , " said <PER:new> , an analyst at <ORG.company> [in <LOC.city>] <stop>
  " <ORG.company> <vp> , " <PER:short> said <stop>
  The {new|latest|old} <PRODUCT> {costs <money>|sells for <money>|went on sale <when>|is built in <LOC>|<vp>} <stop>
  {Sales|Production|Exports} of the <PRODUCT> {rose|fell} <percent> in <LOC.country> [<when>] <stop>
  {He|She} {drives|bought|sold|owns|repaired} {an old|a new|a <color>|his first|a second-hand} <PRODUCT.vehicle> [in
      <LOC.city>] <stop>
  The {driver|owner|buyer|thief} of {a|the} <color> <PRODUCT.vehicle> <vp> <stop>
  The <ORG.company> <PRODUCT> {was|is} {sold in <LOC.country>|faster than the <PRODUCT>|replaced by the <PRODUCT>|
      powered by a small engine} <stop>
  {An|The} <ORG.company> <PRODUCT.device> {runs|supports|can read|comes with} <PRODUCT.device> [and
      <PRODUCT.device>] <stop>
  <PRODUCT.device> {is|was} {a|an} {operating system|web browser|video game|mobile phone|programming language|word
      processor|game console|painkiller} {developed|designed|made|published|released} by <ORG.company> [<in_time>]
      <stop>
  <PRODUCT.device> {was|has been} {downloaded|installed|sold|played} by {<quantity> users|millions of people} <stop>
  {Users|Owners|Fans} of <PRODUCT.device> {complained|said|know} that <fact> <stop>
  {The software|The game|It|The program} {runs on|was ported to|is available for|was written for} <PRODUCT.device>
      [, <PRODUCT.device>] and <PRODUCT.device> <stop>
  <PRODUCT.device> #2-9 . #0-9 {was released|fixes the bug|crashed} {<in_time>|on <PRODUCT.device>} <stop>
  <PRODUCT.vehicle> and <PRODUCT.vehicle> {models|owners|buyers|engines} {will be recalled|pay more|were tested|
      <vp>} <stop>
  The {market|index|dollar|yen|pound|mark|euro} {closed|ended|opened} {up|down|unchanged} <percent> {in <LOC.city>|
      against the dollar|<when>} <stop>
  {Gold|Oil|Copper|Wheat|Coffee|Cocoa|Sugar|Apple|Orange} {prices|futures} {rose|fell|were steady} {in <LOC.city>|by
      <percent>|after <np>} <stop>
  {In <LOC.city> , the|The} {stock exchange|bourse|central bank|index} {closed|fell|rose} <percent> , {led by|
      dragged down by} <ORG.company> and <ORG.company> <stop>
  <LOC.country> 's {inflation|trade deficit|central bank|economy|currency|harvest} {rose|fell|shrank|grew} [by]
      <percent> <when> <stop>
  {Analysts|Brokers|Traders} {at|from} <ORG.company> <said> {<fact>|<ORG.company> was a bargain|the target for
      <ORG.company> was $ #20-90} <stop>
  <ORG.company> 's <boss> <PER:full> {resigned|retired|died|will step down} <when> <stop>
  <ORG.company> , <ORG.company> and <ORG.company> {cut|raised|froze} {prices|jobs|fares|salaries} [in <LOC>] <stop>
  {It|The firm|The group} {has offices in|exports to|employs <quantity> people in|moved from <LOC.city> to} <LOC> [,
      <LOC>] and <LOC> <stop>
  The {company|bank|airline|store|brewery} was {founded|established|bought|rescued} by <PER:full> [and <PER:full>]
      <in_time> {in <LOC.city>|} <stop>
  {Yields|Bonds|Rates|Shares|Profits} {fell|rose|will rise|may fall} <when> , <who> said <stop>
  The {target|mark|shell|gap|visa|sprint|total|life|time} {was|is} {missed by <percent>|too <adj>|<adj> enough} ,
      <PER:short> <said> <stop>
  {A|The} {missed|profit|growth|sales} target {of <percent>|} {worried|pleased} <who> <stop>
  <ORG.company> {vs.|v.|against} <ORG.company> {is|was} {a|the} {landmark|<adj>} case <stop>
  A <ORG.agency> {official|report|study} {said|showed} that {<ORG.company>|<PRODUCT>} <vp> <stop>
business_lead!:
  <ORG.company> {Q1|Q2|first-half|third-quarter|annual} {net|profit|loss|sales} {rises|falls|jumps} <percent> .
  <LOC.city> , <month> #1-30 ( <ORG.news> ) - <company_np> said <when> {it|profits} <vp> .
  <ORG.company> {to cut|cuts|creates} #,200-9000 jobs [in <LOC>] .
  <ORG.company> {recalls|unveils|ships} <PRODUCT> .
  <ORG.company> {buys|sues|courts|leaves} <ORG.company> .
  {TABLE|RESEARCH ALERT|SHARES} - <ORG.company> {cut|raised|unchanged} .
  -- <LOC.city> Newsroom , +44 171 #200-999 #1000-9999
"""
