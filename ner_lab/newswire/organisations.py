"""Organisations by kind, the best known first, and the parts of composed ones. `_` joins the words of one
name; `^` marks a name that follows "the".
"""

from __future__ import annotations

COMPANIES = """Apple Microsoft Ford Toyota Amazon Amazon.com Shell IBM Google Boeing Target Honda General_Motors
Intel Sony Mercedes BMW Volkswagen Nissan Fiat Renault Peugeot Citroen Volvo Saab Porsche Ferrari Chrysler
Daimler-Benz DaimlerChrysler Mazda Mitsubishi Hyundai Kia Samsung LG Daewoo Panasonic Toshiba Hitachi Fujitsu NEC
Canon Nikon Kodak Xerox Hewlett-Packard Dell Compaq Oracle Sun_Microsystems Priceline.com Monster.com Cisco Yahoo
eBay Facebook Twitter Netflix Adobe Nokia Ericsson Motorola Siemens Philips Bosch AT&T Verizon Sprint Vodafone BT
Deutsche_Telekom France_Telecom NTT Time_Warner AOL Disney Walt_Disney_Co. Viacom News_Corp. Comcast Paramount
Universal Columbia MGM Warner_Bros. 20th_Century_Fox DreamWorks Pixar Lucasfilm Coca-Cola Pepsi PepsiCo
McDonald_'s Burger_King Wendy_'s Starbucks Nestle Unilever Procter_&_Gamble Kraft Kellogg Heinz Mars Danone
Cadbury Johnson_&_Johnson Pfizer Merck Bayer Novartis Roche GlaxoSmithKline AstraZeneca Eli_Lilly Exxon Mobil
Exxon_Mobil Chevron Texaco BP British_Petroleum Total Gazprom Lukoil Yukos Petrobras Halliburton Enron WorldCom
General_Electric 3M DuPont Dow_Chemical BASF Lockheed_Martin Northrop_Grumman Raytheon Airbus British_Aerospace
Rolls-Royce Bombardier Delta Lufthansa British_Airways Air_France Qantas KLM American_Airlines United_Airlines
Pan_Am TWA Alitalia Iberia Japan_Airlines Aeroflot Virgin Virgin_Atlantic Ryanair EasyJet FedEx UPS DHL Wal-Mart
Sears Kmart Macy_'s J.C._Penney Home_Depot Ikea Tesco Sainsbury_'s Marks_&_Spencer Harrods Carrefour Gap Nike
Adidas Reebok Puma Levi_Strauss Gucci Prada Goldman_Sachs Morgan_Stanley Merrill_Lynch JP_Morgan Citigroup
Citibank Chase_Manhattan Bank_of_America Wells_Fargo American_Express Visa MasterCard HSBC Barclays Lloyds NatWest
Standard_Chartered Deutsche_Bank Commerzbank Credit_Suisse UBS BNP Societe_Generale ING ABN_AMRO Nomura
Lehman_Brothers Bear_Stearns Salomon_Brothers Allianz AXA Lloyd_'s 7-Eleven Union_Pacific Conrail Amtrak
Caterpillar John_Deere Goodyear Michelin Firestone Bethlehem_Steel U.S._Steel Alcoa Rio_Tinto BHP Anglo_American
De_Beers Philip_Morris R.J._Reynolds Anheuser-Busch Heineken Guinness Bacardi Nintendo Sega Atari Electronic_Arts
Blizzard Activision Capcom Mattel Hasbro Lego Yahoo_! Toys_R_Us A&M_Records Atlantic_Records Columbia_Records EMI
Capitol_Records Motown Island_Records Def_Jam Sub_Pop Epic_Records RCA Polydor Geffen Virgin_Records Penguin_Books
Random_House HarperCollins Macmillan Marvel DC_Comics"""
COMPANY_ENDS = """Inc. Corp. Co. Ltd. Plc Group Holdings Industries & Sons_& Bank Airlines Motors Systems
Electronics Software Records Pictures Entertainment Petroleum Oil Steel Energy Pharmaceuticals Laboratories
Technologies Brothers Foods Brewery Insurance Partners Capital Securities Telecom Railway Railroad Shipping Press
Books Publishing Studios Mining Chemicals AG GmbH SA SpA NV AB .com 's Media Networks Securities Stores"""
COMPANY_STEMS = """Alpha Apex Atlas Acme Avant Beacon Blue Bright Cal Cascade Centra Cit Cobalt Comp Cyber Data
Delta Digi Dyna East Echo Elec First Fuji General Global Gold Grand Great Hanover Harbor Helio Hori Inter Inno
Iron Key Liberty Lumi Mega Meri Metro Micro Mid Mono National Neo Net New Nor North Nova Omni Orion Pacific Pan
Penn Pioneer Poly Prem Pro Quanta Quest Rapid Red Royal Silver Sky Solar South Star Sterling Summit ^Sun Super Syn
Tech Tele Terra Trans Tri Tru Uni United Vanguard Ver Vi West Xen Zen"""
COMPANY_TAILS = """tech soft com tel max corp star dyne net gen ix on ex ia us ware link core plex mark point line
wave bridge tronics nova sys cell vest"""

# Sport: clubs; a city or country alone is a team's name as well.
TEAMS = """Manchester_United Chelsea Arsenal Liverpool Everton Tottenham Tottenham_Hotspur Newcastle_United
Leeds_United Aston_Villa West_Ham West_Ham_United Blackburn_Rovers Sheffield_Wednesday Nottingham_Forest
Leicester_City Manchester_City Crystal_Palace Queens_Park_Rangers Wolverhampton_Wanderers Bolton_Wanderers
Wigan_Athletic Charlton_Athletic Fulham Celtic Rangers Hearts Hibernian Aberdeen Dundee_United Barcelona
Real_Madrid Atletico_Madrid Valencia Sevilla Athletic_Bilbao Deportivo_La_Coruna Juventus AC_Milan Inter_Milan
Inter Lazio Roma Fiorentina Sampdoria Napoli Parma Bayern_Munich Borussia_Dortmund Schalke_04 Hamburg
Werder_Bremen Bayer_Leverkusen Kaiserslautern Ajax PSV_Eindhoven Feyenoord Anderlecht Club_Brugge Benfica Porto
Sporting_Lisbon Paris_Saint-Germain Olympique_Marseille Monaco Auxerre Lyon Galatasaray Fenerbahce Besiktas
Olympiakos Panathinaikos Red_Star_Belgrade Partizan Dynamo_Kiev Spartak_Moscow CSKA_Moscow Steaua_Bucharest
Sparta_Prague Rosenborg Boca_Juniors River_Plate Flamengo Santos Corinthians Penarol Colo_Colo ^New_York_Yankees
^Yankees ^Boston_Red_Sox ^Red_Sox ^Chicago_Cubs ^Cubs Chicago_White_Sox Los_Angeles_Dodgers ^Dodgers
San_Francisco_Giants New_York_Mets ^Mets Atlanta_Braves ^Braves Philadelphia_Phillies Cleveland_Indians
Baltimore_Orioles Toronto_Blue_Jays ^Detroit_Tigers Texas_Rangers Seattle_Mariners St._Louis_Cardinals ^Cardinals
Houston_Astros Cincinnati_Reds Pittsburgh_Pirates Minnesota_Twins Oakland_Athletics Kansas_City_Royals
San_Diego_Padres Florida_Marlins ^Chicago_Bulls ^Bulls ^Los_Angeles_Lakers ^Lakers Boston_Celtics New_York_Knicks
^Knicks Miami_Heat Orlando_Magic Utah_Jazz Phoenix_Suns Houston_Rockets San_Antonio_Spurs Detroit_Pistons
Indiana_Pacers Portland_Trail_Blazers Seattle_SuperSonics Dallas_Mavericks Denver_Nuggets Sacramento_Kings
Golden_State_Warriors Milwaukee_Bucks Cleveland_Cavaliers Washington_Bullets Washington_Wizards ^Dallas_Cowboys
^Cowboys San_Francisco_49ers ^49ers Green_Bay_Packers ^Packers New_York_Giants New_York_Jets Miami_Dolphins
^Dolphins Washington_Redskins ^Redskins Philadelphia_Eagles Pittsburgh_Steelers ^Steelers Oakland_Raiders ^Raiders
Denver_Broncos Kansas_City_Chiefs New_England_Patriots ^Patriots Buffalo_Bills Chicago_Bears ^Bears
Minnesota_Vikings Detroit_Lions Indianapolis_Colts Cincinnati_Bengals Carolina_Panthers Jacksonville_Jaguars
Tampa_Bay_Buccaneers Philadelphia_76ers ^76ers Montreal_Canadiens Toronto_Maple_Leafs Detroit_Red_Wings
New_York_Rangers Boston_Bruins Colorado_Avalanche Dallas_Stars Edmonton_Oilers Vancouver_Canucks Calgary_Flames
Pittsburgh_Penguins Philadelphia_Flyers New_Jersey_Devils St._Louis_Blues San_Jose_Sharks Mighty_Ducks
Sydney_Swans Collingwood Essendon Carlton Hawthorn Brisbane_Broncos Canberra_Raiders St._George Wigan St._Helens
Leeds_Rhinos Bradford_Bulls Harlequins Saracens Wasps Bath Leicester_Tigers Munster Leinster Surrey Yorkshire
Lancashire Essex Kent Sussex Warwickshire Middlesex Glamorgan Hampshire Somerset Ferrari McLaren Williams Benetton
Jordan Ligier Tyrrell Lotus Minardi"""
TEAM_ENDS = """United City Town Rovers Wanderers Athletic FC County Albion Rangers ^Bulls Tigers Eagles Lions
Hawks ^Bears Wolves Panthers Falcons Cougars Wildcats Bulldogs Huskies Spartans Warriors Knights Pirates Rockets
Comets Sharks Dragons Thunder Storm Stars Kings Giants Broncos Mustangs Rams Bobcats Crusaders Trojans"""

PARTIES = """Labour ^Labour_Party ^Democratic_Party ^Republican_Party ^Conservative_Party Congress ^Congress_Party
Likud Hamas Hezbollah Fatah ^PLO Palestine_Liberation_Organisation ^IRA Sinn_Fein ^Taliban al-Qaeda Tamil_Tigers
^Liberal_Democrats Liberal_Party Social_Democratic_Party Christian_Democratic_Union ^Socialist_Party
^Communist_Party ^Green_Party African_National_Congress ^ANC Inkatha_Freedom_Party ^BJP Bharatiya_Janata_Party
Shiv_Sena National_Front Forza_Italia Northern_League Solidarity Kuomintang Democratic_Progressive_Party
Liberal_Democratic_Party True_Path_Party Welfare_Party ^PKK Kurdistan_Workers_Party Khmer_Rouge Shining_Path FARC
UNITA Renamo Polisario Basque_Homeland_and_Freedom ETA Islamic_Jihad Muslim_Brotherhood Baath_Party National_Party
Popular_Front Workers_Party Scottish_National_Party Plaid_Cymru Whig_Party Federalist_Party Nazi_Party
Black_Panther_Party Ku_Klux_Klan Bloc_Quebecois Parti_Quebecois New_Democratic_Party"""
PARTY_HEADS = """National Democratic People_'s Progressive United Christian Socialist Liberal Radical Peasant
Farmers Civic Patriotic Islamic Free Popular Revolutionary Social_Democratic Conservative Reform"""
PARTY_TAILS = """Party Alliance Front Union Movement League Congress Coalition Bloc Liberation_Front Action_Party
Unity_Party"""

AGENCIES = """^United_Nations ^U.N. ^UN ^European_Union ^EU NATO ^CIA ^FBI NASA Congress ^Senate ^White_House
^Pentagon ^State_Department ^House_of_Representatives ^House_of_Commons ^House_of_Lords Parliament ^Knesset ^Duma
^Bundestag ^Supreme_Court ^High_Court ^World_Bank ^International_Monetary_Fund ^IMF ^World_Trade_Organisation ^WTO
^World_Health_Organisation ^WHO UNICEF UNESCO OPEC ^OSCE ^Red_Cross Amnesty_International Greenpeace
^Federal_Reserve ^Bank_of_England ^Bundesbank ^Bank_of_Japan ^Treasury Interpol Scotland_Yard ^KGB ^FSB ^Mossad
MI5 MI6 ^Gestapo ^Red_Army ^IRS ^FDA ^FAA ^FCC ^SEC ^EPA ^NSA ^Secret_Service ^National_Guard ^Royal_Navy
^Royal_Air_Force ^RAF ^U.S._Army ^US_Army ^U.S._Navy ^U.S._Marine_Corps ^U.S._Air_Force ^Luftwaffe ^Wehrmacht
^British_Army ^Coast_Guard ^Union_Army ^Confederate_Army ^Continental_Army ^Department_of_Defense
^Department_of_Justice ^Foreign_Ministry ^Ministry_of_Defence ^European_Commission ^European_Parliament
^European_Central_Bank ^European_Space_Agency ^Arab_League ^African_Union ^Organisation_of_African_Unity
^Commonwealth ASEAN G7 ^Warsaw_Pact ^League_of_Nations ^Catholic_Church ^Church_of_England ^Salvation_Army
^Boy_Scouts ^YMCA FIFA UEFA ^NBA ^NFL ^MLB ^NHL ^NCAA ^IOC ^International_Olympic_Committee ^Football_Association
^FA ^WBA ^WBC ^ATP ^FIA ^American_League ^National_League ^Premier_League ^Football_League ^Bundesliga Serie_A
^Teamsters AFL-CIO ^Royal_Society ^Academy_of_Sciences ^Smithsonian_Institution ^British_Museum
^Metropolitan_Museum_of_Art ^Vatican ^Holy_See ^Securities_and_Exchange_Commission ^Freemasons
Rotary_International ^London_Stock_Exchange ^New_York_Stock_Exchange Nasdaq ^Royal_Shakespeare_Company
^London_Symphony_Orchestra ^Vienna_Philharmonic"""
AGENCY_HEADS = """Ministry Department Institute Office Bureau Board Council Committee Commission Centre Federation
Association Society Academy Agency"""
AGENCY_TAILS = """Agriculture Transport Health Education Energy Trade Finance Fisheries Labour Justice Tourism
Statistics Public_Works Human_Rights Foreign_Affairs Engineers Medicine Physics Journalists Nurses Farmers Miners
Teachers Arts Music Astronomy Economic_Research Strategic_Studies Civil_Aviation Nuclear_Safety Water_Resources
Industry"""

NEWS = """Reuters Associated_Press AP ^BBC CNN Xinhua Itar-Tass Tass Interfax Agence_France-Presse AFP NBC CBS ABC
Fox_News Fox MTV ESPN HBO ITV Channel_4 Sky_News Al_Jazeera NPR PBS CBC Nickelodeon Comedy_Central ^New_York_Times
^Washington_Post ^Wall_Street_Journal ^Los_Angeles_Times USA_Today ^Chicago_Tribune ^Boston_Globe ^Times ^Guardian
^Daily_Telegraph ^Daily_Mail ^Daily_Mirror ^Sun ^Independent ^Observer ^Sunday_Times ^Financial_Times Le_Monde
Le_Figaro Liberation Die_Welt Der_Spiegel Bild Stern El_Pais El_Mundo La_Repubblica Corriere_della_Sera Pravda
Izvestia People_'s_Daily Yomiuri_Shimbun Asahi_Shimbun Times_of_India Dawn Haaretz ^Jerusalem_Post Al-Ahram Time
Newsweek Life Rolling_Stone Playboy Billboard Variety People Forbes Fortune ^Economist NME ^New_Yorker
National_Geographic Bloomberg Dow_Jones Sports_Illustrated Entertainment_Weekly Pitchfork Allmusic Vogue Nature
Science Lancet"""
NEWS_ENDS = """^Times Post Gazette Herald Tribune Star Chronicle News Daily_News ^Observer Examiner Echo
Evening_Post Mercury Telegraph Journal ^Sun Courier Dispatch Sentinel Advertiser Standard"""

UNIVERSITIES = """Harvard Yale Princeton Stanford MIT Oxford Cambridge Oxford_University Cambridge_University
Harvard_University Yale_University Stanford_University Columbia_University Cornell Cornell_University Dartmouth
Brown Duke Georgetown Notre_Dame UCLA Berkeley Penn_State Ohio_State Michigan_State Florida_State Texas_A&M
Louisiana_State LSU USC Georgia_Tech Virginia_Tech Caltech Johns_Hopkins Northwestern Vanderbilt Rice Tulane
Baylor Purdue Juilliard_School West_Point Sandhurst Annapolis Eton Harrow Rugby_School Sorbonne
Ecole_Polytechnique Heidelberg Trinity_College King_'s_College Balliol_College Imperial_College
London_School_of_Economics University_College_London McGill Queen_'s_University Royal_College_of_Art
Royal_Academy_of_Music Royal_Military_Academy Harvard_Law_School Yale_Law_School Harvard_Medical_School"""
UNIVERSITY_FORMS = """University_of_? ?_University ?_State_University ?_College ?_High_School ?_Grammar_School
?_Institute_of_Technology ?_Law_School St._*_'s_College ?_Academy ?_Medical_School University_of_?_Press
?_Community_College ?_School_of_Art ?_Technical_University ?_Elementary_School ?_Hospital ?_General_Hospital
St._*_'s_Hospital ?_Museum_of_Art ?_Symphony_Orchestra ?_Public_Library ?_Chamber_of_Commerce ?_Police_Department
?_City_Council ?_Historical_Society"""

BANDS = """^Beatles The_Beatles ^Rolling_Stones The_Rolling_Stones Led_Zeppelin Pink_Floyd Queen The_Who U2
Nirvana Radiohead Metallica AC/DC Black_Sabbath Deep_Purple Genesis Yes Kiss Aerosmith Boston Chicago Kansas
Europe Asia America Journey Foreigner Eagles Fleetwood_Mac Abba The_Doors The_Clash ^Sex_Pistols Ramones Blondie
Talking_Heads The_Police R.E.M. Pearl_Jam Soundgarden Green_Day Oasis Blur Pulp Coldplay Muse The_Cure
Joy_Division New_Order Depeche_Mode Duran_Duran Pet_Shop_Boys Simple_Minds Iron_Maiden Judas_Priest Motorhead
Slayer Megadeth Anthrax Pantera Tool Korn Linkin_Park Rage_Against_the_Machine Red_Hot_Chili_Peppers Foo_Fighters
Smashing_Pumpkins Nine_Inch_Nails Sonic_Youth The_Smiths The_Jam ^Spice_Girls Backstreet_Boys Destiny_'s_Child TLC
Wu-Tang_Clan Public_Enemy N.W.A Run-D.M.C. Beastie_Boys Outkast ^Fugees Jackson_5 ^Supremes ^Beach_Boys
Grateful_Dead Velvet_Underground ^Kinks Animals Cream Traffic Free Bad_Company Status_Quo Thin_Lizzy Dire_Straits
Toto Styx Rush Blink-182 Sum_41 Maroon_5 Matchbox_20 UB40 B-52_'s 10cc Level_42"""
BAND_NOUNS = """Strangers Shadows Pilots Wolves Ghosts Rebels Dolls Kings Sirens Hammers Monkeys Lights Echoes
Saints Vandals Drifters Ravens Robots Orphans Machines Engines Tigers Skulls Flowers ^Cowboys Lovers Martyrs
Giants Prophets Outlaws Owls Sparrows"""
BAND_ADJECTIVES = """Black Electric Broken Silent Velvet Crimson Dead Wild Lost Purple Psychedelic Mad Screaming
Flying Golden Rusty Hollow Burning Midnight Stone Paper Plastic Neon Savage Holy Bitter Lonesome Dirty Iron Atomic"""
MILITARY_FORMS = """#th_Infantry_Regiment #th_Infantry #th_Cavalry #th_Airborne_Division #th_Division #th_Army
#th_Battalion #th_Armoured_Brigade No._#_Squadron #th_Fighter_Wing #th_Panzer_Division #th_Regiment ?_Regiment
?_Militia ?_Guards Royal_?_Fusiliers #th_?_Infantry #th_Field_Artillery ?_Highlanders VI_Corps X_Corps Third_Army
Ninth_Air_Force #th_Air_Division #th_Bomber_Group XX_Bomber_Command ?_Brigade ?_Rifles First_?_Volunteers
Army_of_the_?"""
