"""Places by kind, the best known first, and the parts from which towns, buildings and roads are composed.

`_` joins the words of one name; `^` marks a name that follows "the".
"""

from __future__ import annotations

CITIES = """London Washington Paris New_York Sydney Chelsea Berlin Moscow Tokyo Rome Madrid Chicago Boston Beijing
Jerusalem Los_Angeles Houston San_Francisco Philadelphia Toronto Melbourne Hong_Kong Brussels Vienna Geneva Dublin
Cairo Baghdad Tehran Kabul Athens Istanbul Ankara Warsaw Prague Budapest Bucharest Sofia Belgrade Sarajevo Zagreb
Kiev Minsk Vilnius Riga Tallinn Helsinki Stockholm Oslo Copenhagen Amsterdam Rotterdam The_Hague Antwerp Ghent
Bruges Luxembourg_City Zurich Basel Bern Milan Turin Naples Florence Venice Genoa Bologna Palermo Verona Pisa
Barcelona Valencia Seville Bilbao Granada Malaga Lisbon Porto Lyon Marseille Bordeaux Toulouse Nice Nantes
Strasbourg Lille Munich Hamburg Frankfurt Cologne Stuttgart Dusseldorf Leipzig Dresden Bremen Hanover Nuremberg
Dortmund Manchester Liverpool Birmingham Leeds Sheffield Bristol Newcastle Edinburgh Glasgow Cardiff Belfast
Oxford Cambridge York Bath Brighton Southampton Portsmouth Plymouth Leicester Nottingham Derby Coventry Norwich
Canterbury Durham Lincoln Chester Lancaster Preston Bolton Sunderland Blackpool Swansea Aberdeen Dundee Inverness
Cork Limerick Galway Dallas Austin San_Antonio San_Diego San_Jose Phoenix Denver Seattle Portland Miami Orlando
Tampa Jacksonville Atlanta Savannah Charleston Charlotte Raleigh Richmond Norfolk Baltimore Pittsburgh Cleveland
Columbus Cincinnati Detroit Indianapolis Milwaukee Madison Minneapolis St._Paul St._Louis Kansas_City Omaha
Memphis Nashville Knoxville New_Orleans Baton_Rouge Mobile Birmingham Montgomery Jackson Little_Rock Tulsa
Oklahoma_City El_Paso Albuquerque Santa_Fe Tucson Las_Vegas Salt_Lake_City Boise Spokane Tacoma Sacramento Oakland
Fresno Long_Beach Santa_Barbara Santa_Monica Hollywood Beverly_Hills Pasadena Anchorage Honolulu Buffalo Rochester
Syracuse Albany Hartford New_Haven Providence Springfield Worcester Concord Burlington Brooklyn Manhattan Queens
Harlem Newark Trenton Princeton Atlantic_City Wilmington Annapolis Arlington Alexandria New_York_City
Washington_,_D.C. Montreal Vancouver Ottawa Calgary Edmonton Winnipeg Quebec_City Halifax Saskatoon Regina
Mexico_City Guadalajara Monterrey Tijuana Acapulco Havana Kingston San_Juan Santo_Domingo Port-au-Prince
Guatemala_City San_Salvador Managua Panama_City Bogota Medellin Cali Caracas Quito Lima La_Paz Santiago
Buenos_Aires Cordoba Rosario Montevideo Asuncion Sao_Paulo Rio_de_Janeiro Brasilia Salvador Recife Osaka Kyoto
Yokohama Nagoya Hiroshima Nagasaki Kobe Sapporo Seoul Pusan Pyongyang Shanghai Guangzhou Shenzhen Nanjing Tianjin
Wuhan Chengdu Taipei Manila Cebu Jakarta Bandung Singapore Kuala_Lumpur Bangkok Hanoi Ho_Chi_Minh_City Saigon
Phnom_Penh Rangoon New_Delhi Delhi Mumbai Bombay Calcutta Madras Bangalore Hyderabad Lucknow Jaipur Ahmedabad
Amritsar Agra Karachi Lahore Islamabad Peshawar Dhaka Colombo Kathmandu Kandahar Mazar-e-Sharif Tashkent Samarkand
Almaty Baku Yerevan Tbilisi Grozny St._Petersburg Leningrad Volgograd Novosibirsk Vladivostok Damascus Aleppo
Beirut Amman Tel_Aviv Haifa Hebron Ramallah Gaza_City Bethlehem Nazareth Riyadh Jeddah Mecca Medina Kuwait_City
Doha Dubai Abu_Dhabi Muscat Sanaa Aden Basra Mosul Fallujah Najaf Kirkuk Alexandria Tripoli Benghazi Tunis Algiers
Casablanca Rabat Marrakesh Tangier Dakar Bamako Conakry Freetown Monrovia Abidjan Accra Lagos Abuja Kano Khartoum
Addis_Ababa Nairobi Mombasa Kampala Kigali Bujumbura Dar_es_Salaam Lusaka Harare Maputo Luanda Kinshasa
Johannesburg Pretoria Cape_Town Durban Soweto Windhoek Antananarivo Brisbane Perth Adelaide Canberra Hobart Darwin
Auckland Wellington Christchurch Dunedin Suva Srinagar Potsdam Salzburg Innsbruck Krakow Gdansk Lodz Odessa
Kharkov Monaco Cannes Wimbledon Hamilton Windsor Cornwall Dover Oxford Camden Monroe Bedford Franklin Clayton
Lexington Louisville Augusta Charlottesville"""

# Stems and endings of town names; the stem alone may be a town too.
TOWN_STEMS = """Ash Black Brad Brook Burn Clare Cliff Cross Dun East Elm Fair Farn Glen Green Hal Hart Hazel Hol
Kings Lang Litt Maple Mar Mel Mill Nor North Oak Old Pem Queens Red Ridge Rock Rose Sand Shel Silver Spring Stan
Stone Strat Sut Thorn Wal West Whit Win Wood Wy"""
TOWN_ENDS = """ton ford ham bury field ville wood ley dale port burgh mouth stead worth bridge haven by combe well
hurst"""
TOWN_FORMS = """Port_? Fort_? St._? Mount_? New_? Lake_? ?_Falls ?_Springs ?_Heights ?-on-Sea ?-upon-Avon Upper_?
Lower_? ?_City ?_Park ?_Junction Saint-? San_? Santa_? Bad_? North_? South_? East_? West_? ?_Beach ?_Hills ?_Grove
?_Creek ?_Bay"""
FOREIGN_TOWNS = """Srebrenica Tuzla Mostar Banja_Luka Pristina Skopje Tirana Durres Varna Plovdiv Timisoara Cluj
Brasov Szeged Debrecen Brno Ostrava Kosice Bratislava Ljubljana Maribor Split Dubrovnik Novi_Sad Nis Lublin Poznan
Wroclaw Katowice Kaunas Tartu Turku Tampere Bergen Trondheim Gothenburg Malmo Uppsala Aarhus Odense Groningen
Utrecht Eindhoven Liege Namur Mons Rouen Reims Dijon Grenoble Avignon Nimes Metz Nancy Tours Orleans Limoges
Rennes Brest Amiens Calais Dunkirk Le_Havre Clermont-Ferrand Aix-en-Provence Saint-Etienne Freiburg Mannheim
Heidelberg Karlsruhe Augsburg Ulm Regensburg Kassel Bochum Essen Duisburg Munster Bielefeld Rostock Kiel Lubeck
Magdeburg Erfurt Chemnitz Linz Graz Trieste Padua Parma Modena Rimini Ancona Perugia Siena Bari Brindisi Catania
Messina Cagliari Zaragoza Vigo Gijon Salamanca Toledo Cadiz Almeria Murcia Alicante Coimbra Braga Faro Patras
Thessaloniki Heraklion Izmir Adana Bursa Konya Antalya Trabzon Diyarbakir Gaziantep Homs Hama Latakia Sidon Tyre
Jenin Nablus Jericho Karbala Tikrit Samarra Isfahan Shiraz Tabriz Mashhad Qom Herat Jalalabad Kunduz Quetta Multan
Faisalabad Rawalpindi Ludhiana Kanpur Nagpur Pune Surat Indore Bhopal Patna Mysore Cochin Madurai Jaffna Kandy
Chittagong Mandalay Chiang_Mai Phuket Vientiane Hue Da_Nang Haiphong Medan Surabaya Denpasar Davao Quezon_City
Kaohsiung Xiamen Hangzhou Suzhou Harbin Shenyang Dalian Qingdao Xian Lhasa Urumqi Ulan_Bator Taegu Inchon Kwangju
Sendai Niigata Kumamoto Kagoshima Okayama Fukuoka Irkutsk Omsk Perm Kazan Samara Rostov-on-Don Murmansk
Arkhangelsk Yekaterinburg Smolensk Tula Gomel Lvov Donetsk Sevastopol Yalta Chisinau Gyumri Bishkek Dushanbe
Ashgabat Oran Constantine Fez Agadir Sfax Nouakchott Niamey Ouagadougou Kumasi Lome Cotonou Port_Harcourt Ibadan
Kaduna Douala Yaounde Libreville Brazzaville Lubumbashi Goma Bukavu Bangui Juba Asmara Djibouti_City Mogadishu
Kisumu Entebbe Lilongwe Bulawayo Beira Port_Elizabeth Bloemfontein East_London Maseru Manaus Belem Fortaleza
Curitiba Porto_Alegre Cusco Arequipa Guayaquil Maracaibo Cartagena Barranquilla Valparaiso Mendoza Tucuman
La_Plata Puebla Veracruz Ciudad_Juarez Oaxaca Santiago_de_Cuba Bridgetown Nassau Port_of_Spain Georgetown
Paramaribo Cayenne Tegucigalpa San_Pedro_Sula Belize_City"""

COUNTRIES = """^U.S. ^United_States Britain France Germany China Russia Israel Japan Iraq Italy Iran England
Australia India Jordan Turkey Spain Georgia Canada Pakistan ^UK South_Africa Mexico Brazil Argentina Ireland
Scotland Poland Egypt Syria Lebanon Afghanistan ^Netherlands Sweden Switzerland Austria Belgium Denmark Norway
Finland Greece Portugal Hungary Romania Bulgaria Ukraine Yugoslavia Serbia Croatia Bosnia Albania Slovakia
Slovenia ^Czech_Republic ^Soviet_Union Cuba Colombia Peru Chile Venezuela Ecuador Bolivia Uruguay Paraguay Panama
Nicaragua Honduras El_Salvador Guatemala Costa_Rica Haiti Jamaica ^Dominican_Republic Puerto_Rico Saudi_Arabia
Kuwait Qatar Bahrain Oman Yemen ^United_Arab_Emirates Libya Algeria Tunisia Morocco Sudan Ethiopia Eritrea Somalia
Kenya Uganda Tanzania Rwanda Burundi Zaire Congo Angola Mozambique Zimbabwe Zambia Malawi Botswana Namibia Nigeria
Ghana ^Ivory_Coast Liberia Sierra_Leone Guinea Senegal Mali Chad Niger Cameroon Gabon South_Korea North_Korea
Korea Vietnam Thailand Cambodia Laos Burma Malaysia Singapore Indonesia ^Philippines Taiwan Mongolia Nepal Bhutan
Bangladesh Sri_Lanka ^Maldives New_Zealand Fiji Papua_New_Guinea Samoa Tonga Iceland Luxembourg Malta Cyprus
Monaco Andorra Liechtenstein San_Marino Wales Northern_Ireland Great_Britain ^United_Kingdom Latvia Lithuania
Estonia Belarus Moldova Armenia Azerbaijan Kazakhstan Uzbekistan Turkmenistan Tajikistan Kyrgyzstan East_Timor
Macedonia Montenegro Kosovo West_Germany East_Germany Czechoslovakia Prussia ^Ottoman_Empire ^Roman_Empire Persia
Siam Rhodesia Madagascar Mauritius ^Bahamas Barbados Trinidad_and_Tobago Grenada Guyana Suriname Belize ^USA
America Europe Asia Africa North_America South_America Latin_America ^Middle_East Western_Europe Eastern_Europe
Southeast_Asia Central_Asia Antarctica Scandinavia Central_America West_Africa East_Africa ^Caribbean ^Balkans
Oceania"""

REGIONS = """California Texas Virginia Washington Georgia Florida New_York Pennsylvania Illinois Ohio Michigan
New_Jersey Massachusetts North_Carolina South_Carolina West_Virginia Tennessee Kentucky Alabama Mississippi
Louisiana Arkansas Missouri Iowa Minnesota Wisconsin Indiana Maryland Delaware Connecticut Rhode_Island Vermont
New_Hampshire Maine Oklahoma Kansas Nebraska South_Dakota North_Dakota Montana Wyoming Colorado Utah Nevada
Arizona New_Mexico Idaho Oregon Alaska Hawaii Ontario Quebec British_Columbia Alberta Manitoba Saskatchewan
Nova_Scotia New_Brunswick Newfoundland Yukon New_South_Wales Victoria Queensland Tasmania South_Australia
Western_Australia ^Northern_Territory Bavaria Saxony Hesse Brandenburg Lower_Saxony Thuringia Westphalia Tuscany
Lombardy Sicily Sardinia Piedmont Veneto Umbria Calabria Normandy Brittany Burgundy Provence Alsace Champagne
Corsica Catalonia Andalusia Galicia Castile Aragon ^Basque_Country Flanders Wallonia Bohemia Moravia Silesia
Galicia Transylvania Wallachia Crimea Chechnya Dagestan Siberia Tatarstan Kurdistan Kashmir Punjab Bengal Bihar
Gujarat Rajasthan Maharashtra Kerala Tamil_Nadu Karnataka Uttar_Pradesh Assam Sindh Baluchistan Tibet Xinjiang
Sichuan Guangdong Hunan Yunnan Manchuria Hokkaido Kyushu Java Sumatra Bali Borneo Aceh Mindanao Luzon Kent Essex
Sussex Surrey Norfolk Suffolk Yorkshire Lancashire Cheshire Derbyshire Lincolnshire Northamptonshire Oxfordshire
Hampshire Dorset Somerset Devon Cornwall Wiltshire Gloucestershire Herefordshire Shropshire Cumbria Northumberland
Durham Cambridgeshire Bedfordshire Buckinghamshire Hertfordshire Berkshire Fife Lothian Aberdeenshire Highland
Ulster Munster Leinster Connacht County_Cork County_Down County_Kerry ^West_Bank Gaza ^Gaza_Strip ^Golan_Heights
Galilee Sinai Darfur Biafra KwaZulu-Natal Transvaal Katanga Chiapas Patagonia Amazonas Bahia Minas_Gerais
Orange_County Los_Angeles_County Cook_County King_County ^Midwest New_England ^Pacific_Northwest Silicon_Valley
^West_Midlands East_Anglia Greater_Manchester Merseyside Tyne_and_Wear ^Isle_of_Man ^Isle_of_Wight
^Channel_Islands Jersey Guernsey Bermuda Gibraltar ^Falkland_Islands Guam Okinawa Greenland ^Faroe_Islands"""
COUNTY_FORMS = """?_County ?_Township ?_District ?_Parish County_? ?shire Province_of_? ?_Province ?_Valley
?_Island City_of_? Kingdom_of_? Duchy_of_? Republic_of_? Diocese_of_?"""

RIVERS = """Amazon Nile Thames Mississippi Danube Rhine Volga Ganges Euphrates Tigris Congo Niger Zambezi Mekong
Yangtze Hudson Potomac Missouri Ohio Colorado Rio_Grande Delaware Columbia Seine Loire Rhone Elbe Oder Vistula
Dnieper Don Tiber Po Ebro Shannon Severn Mersey Tyne Trent Tweed Clyde Indus Brahmaputra Alps Himalayas Andes
Rocky_Mountains Appalachians Pyrenees Urals Caucasus Carpathians Sierra_Nevada Cascades Ozarks Sahara Gobi
Kalahari Mojave_Desert Atlantic Pacific Matterhorn Atlantic_Ocean Pacific_Ocean Indian_Ocean Arctic_Ocean Arctic
Mediterranean Mediterranean_Sea Black_Sea Red_Sea Dead_Sea Caspian_Sea North_Sea Baltic Baltic_Sea Caribbean_Sea
Adriatic Aegean_Sea South_China_Sea Persian_Gulf Gulf_of_Mexico English_Channel Bering_Strait Strait_of_Hormuz
Suez_Canal Panama_Canal Bay_of_Bengal Great_Lakes Grand_Canyon Everglades Great_Barrier_Reef Great_Plains
Black_Forest Jordan Murray Darling Fraser Mackenzie Orinoco Parana Susquehanna Shenandoah Chattahoochee
Tallahatchie Monongahela Tennessee Cumberland Arkansas Platte Snake Red_River Savannah Rappahannock"""
NATURE = """Mount_Everest Mont_Blanc Mount_Fuji K2 Kilimanjaro Ben_Nevis Mount_Rainier Mount_St._Helens Vesuvius
Etna Chesapeake_Bay San_Francisco_Bay Hudson_Bay Lake_Michigan Lake_Superior Lake_Erie Lake_Ontario Lake_Geneva
Lake_Victoria Lake_Tahoe Loch_Ness Niagara_Falls Yellowstone Yosemite Sherwood_Forest Cape_Cod Cape_Horn
Long_Island Staten_Island Rhodes Crete Majorca Ibiza Tenerife Zanzibar Easter_Island Guadalcanal Iwo_Jima Midway
Table_Mountain Sugarloaf_Mountain Ayers_Rock Lake_Titicaca Lake_Baikal Lake_Como Lake_Champlain Lake_Placid
Puget_Sound Tampa_Bay Ellis_Island Coney_Island Roanoke_Island Robben_Island Diego_Garcia Cape_Hatteras Pikes_Peak
Mount_McKinley Mount_Olympus Mount_Sinai Mount_Ararat"""
RIVER_FORMS = """?_River ?_River ?_Mountains ?_Canyon ?_Hills ?_Falls Gulf_of_? ?_Peninsula ?_Canal ?_Sea ?_Valley"""
NATURE_FORMS = """Mount_? Lake_? ?_Creek ?_Lake ?_Bay Cape_? ?_Island ?_Forest ?_Ridge ?_National_Park ?_Glacier
?_Point ?_Beach ?_Mountain ?_Pass ?_Harbor ?_State_Park"""
NATURE_STEMS = """Eagle Bear Beaver Cedar Pine Willow Clear Crystal Silver Snake Wolf Salmon Trout Deer Elk Moose
Swan Heron Hawk Raven Thunder Sleeping Lost Painted Stony Sandy Muddy Blue White Black Red Green Grey Big Little
Long Round Baker Lincoln Cook Hudson Logan McKinley Robson Ruapehu Taupo Titicaca Chelan Wallowa Kootenay Okanagan
Susquehanna Shenandoah Chattahoochee Tallahatchie Monongahela Ottawa Peace Mackenzie Fraser Churchill Murray
Darling Derwent Waikato"""

FACILITIES = """^White_House Buckingham_Palace ^Kremlin Wembley Wembley_Stadium Old_Trafford Anfield Highbury
Heathrow Gatwick ^Pentagon Capitol_Hill Wall_Street Broadway Fifth_Avenue Times_Square Central_Park Hyde_Park
Downing_Street 10_Downing_Street Fleet_Street Oxford_Street Trafalgar_Square Westminster_Abbey
St._Paul_'s_Cathedral Notre_Dame ^Eiffel_Tower ^Louvre ^Brandenburg_Gate ^Berlin_Wall Red_Square Tiananmen_Square
^Great_Wall ^Taj_Mahal ^Golden_Gate_Bridge ^Brooklyn_Bridge Tower_Bridge ^Tower_of_London Big_Ben Windsor_Castle
Edinburgh_Castle ^Empire_State_Building ^World_Trade_Center ^Statue_of_Liberty Madison_Square_Garden
Yankee_Stadium Fenway_Park Wrigley_Field Dodger_Stadium Shea_Stadium Camden_Yards Candlestick_Park ^Rose_Bowl
^Cotton_Bowl ^Royal_Albert_Hall Carnegie_Hall Lincoln_Center ^Kennedy_Center ^Sydney_Opera_House La_Scala
Covent_Garden Lord_'s The_Oval Headingley Trent_Bridge Edgbaston Silverstone Monza ^Indianapolis_Motor_Speedway
Churchill_Downs Epsom Ascot Aintree St._Andrews Augusta_National Roland_Garros Flushing_Meadows
Arthur_Ashe_Stadium Camp_Nou San_Siro Maracana Cape_Canaveral Kennedy_Space_Center Area_51 Guantanamo_Bay
Camp_David Fort_Knox Fort_Bragg Alcatraz Pearl_Harbor Los_Alamos Chernobyl Three_Mile_Island Auschwitz Dachau
Alamo Arlington_National_Cemetery Mount_Rushmore Disneyland Route_66 Interstate_95 U.S._Route_1 M25 Highway_61"""
FACILITY_FORMS = """?_Airport ?_International_Airport ?_Stadium ?_Castle ?_Bridge ?_Station ?_Hall ?_Park ?_Square
?_Street ?_Avenue ?_Road St._?_'s_Church ?_Cathedral ?_Abbey ?_Palace ?_Arena Fort_? ?_Tower ?_Prison ?_Theatre
?_Hotel ?_Lighthouse ?_Mall ?_Dam ?_Mill ?_Cemetery ?_House ?_Field ?_Air_Force_Base ?_Gardens ?_Tunnel
?_Boulevard Camp_?"""
ROAD_FORMS = """Interstate_# State_Route_# U.S._Route_# Highway_# Route_# A# M# Pier_# Gate_#"""
SAINTS = """John Mary Peter Paul Andrew George Michael James Anne Margaret Patrick Mark Luke Nicholas Joseph
Stephen Martin Thomas Francis Catherine"""
