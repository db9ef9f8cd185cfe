"""Products, works and events, the best known first, and the parts of composed ones. `_` joins the words of one name."""

from __future__ import annotations

# Maker -> model lines; a line may stand alone ("the Corolla") or follow its maker as an entity of its own.
VEHICLES = """Corolla Camry Civic Accord Mustang Golf Polo Beetle Passat Yaris Prius Focus Fiesta Escort Mondeo
Taurus Explorer Model_T Corvette Camaro Impala Cavalier Cadillac_Eldorado Continental Voyager Caravan Neon Viper
Jetta 911 Carrera Boxster Testarossa F40 Countach Diablo Clio Megane Twingo 205 306 Picasso Sentra Altima Maxima
Skyline Micra Primera Punto Panda Tipo Mini Metro Defender Discovery Range_Rover Outback Impreza Legacy Galant
Pajero Lancer Sonata Elantra Accent Sportage 3_Series S-Class E-Class SLK A4 A6 Quattro TT Celica Land_Cruiser
Hilux Tercel Supra Prelude CR-V Odyssey Gold_Wing Sportster"""
CRAFT = """747 737 767 777 A320 A340 A380 DC-10 DC-3 MD-11 Concorde Boeing_747 Boeing_737 Boeing_767 Boeing_707
Airbus_A320 Airbus_A330 Tupolev_Tu-154 Antonov_An-26 Fokker_100 Learjet Cessna_172 Piper_Cherokee F-16 F-15 F-14
F/A-18 F-117 B-52 B-1 B-2 B-17 B-29 C-130 Hercules U-2 SR-71 MiG-21 MiG-29 Su-27 Mirage_2000 Rafale Tornado Jaguar
Harrier Spitfire Hurricane Lancaster Messerschmitt_Bf_109 Focke-Wulf_Fw_190 Stuka Zero Black_Hawk Apache Chinook
Huey Cobra Space_Shuttle Challenger Columbia Discovery Endeavour Atlantis Soyuz Apollo_11 Apollo_13 Voyager_1
Hubble_Space_Telescope Sputnik Galileo Titanic Lusitania Bismarck USS_Enterprise USS_Arizona HMS_Victory HMS_Hood
Mayflower Queen_Mary QE2"""
WEAPONS = """Exocet Scud Tomahawk Patriot Stinger Sidewinder AK-47 M16 Uzi Kalashnikov Leopard_2 M1_Abrams T-72
T-34 Sherman Panther Tiger"""
DEVICES = """iPhone iPod iPad Macintosh Mac iMac PowerBook Walkman PlayStation PlayStation_2 Xbox Xbox_360 Wii
GameCube Game_Boy Dreamcast Mega_Drive Nintendo_64 Super_Nintendo Commodore_64 Amiga Apple_II ZX_Spectrum ThinkPad
Deskjet LaserJet Pentium Pentium_4 Athlon Opteron PowerPC Galaxy BlackBerry Kindle Palm_Pilot Newton Lisa Polaroid
Instamatic Trinitron Betamax Windows Windows_95 Windows_98 Windows_XP Windows_NT Linux Unix MS-DOS Mac_OS_X Word
Excel Office PowerPoint Outlook Internet_Explorer Netscape_Navigator Firefox Safari Chrome Photoshop Illustrator
Flash Java Python Perl Fortran Lotus_Notes 1-2-3 QuickTime RealPlayer iTunes Winamp Napster Kazaa BitTorrent Skype
Gmail YouTube Google_Maps Wikipedia MySpace AutoCAD Oracle_8 SAP_R/3 Solaris Debian Ubuntu Red_Hat_Linux Apache
MySQL Doom Quake Half-Life Halo Halo_2 Myst Tetris Pac-Man Donkey_Kong Sonic_the_Hedgehog Super_Mario_Bros.
Final_Fantasy_VII Resident_Evil Tomb_Raider Grand_Theft_Auto SimCity Civilization World_of_Warcraft StarCraft
Diablo Diablo_II The_Sims Pokemon Barbie Monopoly Scrabble Coke Diet_Coke Pepsi_Max Sprite Fanta Big_Mac Whopper
Corn_Flakes Marlboro Camel Lucky_Strike Budweiser Viagra Prozac Zantac Lipitor Vioxx Aspirin Tylenol Botox Teflon
Kevlar Nylon Post-it Crest Tide Stratocaster Les_Paul Telecaster Minimoog Steinway Stradivarius"""
PRODUCT_STEMS = """Vela Astra Novo Corsa Terra Sono Cira Opti Zeta Luma Aero Rapida Vista Axi Domi Fero Gala Helix
Ioni Juno Kino Lexi Mira Nexa Orbi Pulsa Quadra Roma Stella Tempo Ultra Vectra Xena Zephyr Condor Falcon Merlin
Osprey Phantom Raptor Scorpion Sparrow Viking Comet Meteor Orion Pegasus Saturn Titan Vulcan"""
PRODUCT_TAILS = """2 3 4 5 7 8 9 X XL GT RS Pro Plus Max Mini II III IV 100 200 300 500 650 800 1000 2000 3000 64
95 98 XP SE LX GTI Turbo Classic Deluxe"""
PRODUCT_CODES = """A- B- C- D- F- G- H- K- M- P- R- S- T- X- XJ- MX- CX- DX- GT- RX- SX- TX- PC- ZX- Mk-"""

WORKS = """Hamlet Macbeth Othello King_Lear Romeo_and_Juliet The_Tempest Titanic Star_Wars Jaws Psycho Casablanca
Gone_with_the_Wind The_Godfather Citizen_Kane Vertigo Alien Aliens Blade_Runner The_Matrix Gladiator Braveheart
Fargo Heat Seven Speed Batman Superman Spider-Man Toy_Story The_Lion_King Aladdin Pinocchio Bambi Fantasia
Snow_White Shrek E.T. Jurassic_Park Schindler_'s_List Saving_Private_Ryan Apocalypse_Now Platoon Taxi_Driver
Raging_Bull Goodfellas Pulp_Fiction Kill_Bill Chicago Cabaret Evita Cats Les_Miserables The_Phantom_of_the_Opera
Hair Grease Oklahoma_! South_Pacific West_Side_Story My_Fair_Lady The_Sound_of_Music Ulysses Dubliners Emma
Persuasion Pride_and_Prejudice Jane_Eyre Wuthering_Heights Great_Expectations Oliver_Twist Middlemarch Dracula
Frankenstein Moby_Dick Walden Lolita 1984 Animal_Farm Brave_New_World Dune The_Hobbit The_Lord_of_the_Rings
Harry_Potter War_and_Peace Anna_Karenina Crime_and_Punishment Don_Quixote Faust The_Trial Candide Iliad Odyssey
Aeneid Bible Koran Das_Kapital The_Origin_of_Species Principia Thriller Bad Abbey_Road Let_It_Be Help_! Revolver
Sgt._Pepper Imagine Yesterday Hey_Jude Like_a_Virgin Purple_Rain Born_in_the_U.S.A. Nevermind OK_Computer The_Wall
Dark_Side_of_the_Moon Tommy Rumours Hotel_California Stairway_to_Heaven Bohemian_Rhapsody London_Calling Graceland
Pet_Sounds Friends Seinfeld Frasier Cheers ER Lost 24 Dallas Dynasty Doctor_Who Star_Trek The_X-Files The_Simpsons
South_Park Family_Guy The_Sopranos The_West_Wing Law_&_Order CSI EastEnders Coronation_Street Big_Brother Survivor
American_Idol Pop_Idol Sesame_Street Saturday_Night_Live Newsnight Panorama 60_Minutes Mona_Lisa Guernica
Sunflowers The_Scream Messiah Requiem The_Magic_Flute Don_Giovanni Carmen Tosca La_Boheme Aida Rigoletto
La_Traviata Parsifal Lohengrin Fidelio Swan_Lake The_Nutcracker The_Rite_of_Spring Bolero Rhapsody_in_Blue
Constitution Magna_Carta Talmud Genesis Exodus Beowulf The_Canterbury_Tales Paradise_Lost The_Divine_Comedy
Decameron Pygmalion Amadeus Equus"""
TITLE_NOUNS = """Night River Garden Heart Summer Winter Road Ghost Moon Sun Fire Rain Shadow Dream Dreams City
Island Ocean Mirror Window House Door Bridge Tower Mountain Train Letter Song Stranger Soldier King Queen Angel
Devil Wolf Bird Horse Stone Blood Bones Wind Storm Star Stars Sky Earth Kingdom Empire Promise Secret Silence
Memory Love Freedom Justice Truth Lies Money Time Days Years Morning Midnight Tomorrow Yesterday Home Machine
Circus Murder Hunter Daughter Son Father Mother Sisters Brothers"""
TITLE_ADJECTIVES = """Last First Lost Long Dark Bright Broken Silent Secret Hidden Golden Silver Red Blue Black
White Green Wild Cold Burning Empty Endless Distant Forgotten Crooked Sweet Bitter Little Great Perfect Strange
Quiet Sleeping Dancing Falling Running"""
TITLE_FORMS = """The_@_$ The_$_of_$ $_and_$ A_$_for_$ @_$ The_$ $_in_the_$ $_on_the_$ When_the_$_Falls Songs_of_$
$_Without_$ No_More_$ My_@_$ The_@_$_of_$ Beyond_the_$ Under_the_@_$ I_Want_Your_$ Don_'t_Tell_the_$
How_to_Find_a_$ $_'s_$ $_# The_Book_of_$ Return_of_the_$ Waiting_for_$ Into_the_$ All_the_@_$ Where_the_$_Ends
Live_in_? ?_$ The_?_$ Letters_from_? A_Night_in_? $ We_Are_$ You_and_the_$ Goodbye_,_$"""

EVENTS = """World_Cup World_War_II World_War_I Olympics Olympic_Games Wimbledon U.S._Open French_Open
Australian_Open Davis_Cup European_Championship Euro_96 Champions_League UEFA_Cup FA_Cup League_Cup Super_Bowl
World_Series Stanley_Cup Ryder_Cup Masters British_Open PGA_Championship Tour_de_France Giro_d'Italia Vuelta
Grand_National Kentucky_Derby Derby Ashes Test Six_Nations Rugby_World_Cup Cricket_World_Cup Tri-Nations
America_'s_Cup Indianapolis_500 Daytona_500 Le_Mans Monaco_Grand_Prix British_Grand_Prix San_Marino_Grand_Prix
Winter_Olympics Summer_Olympics Commonwealth_Games Asian_Games Pan_American_Games Asian_Cup African_Nations_Cup
Copa_America Gold_Cup Copa_Libertadores Boston_Marathon London_Marathon New_York_Marathon Rose_Bowl Sugar_Bowl
Cold_War Gulf_War Vietnam_War Korean_War Civil_War American_Civil_War Spanish_Civil_War Revolutionary_War
War_of_1812 Boer_War Crimean_War Falklands_War Six-Day_War Yom_Kippur_War Iran-Iraq_War Thirty_Years_War
Hundred_Years_War Napoleonic_Wars Mexican-American_War Franco-Prussian_War Peloponnesian_War World_War_Two
Second_World_War First_World_War Great_War Holocaust Great_Depression Industrial_Revolution Renaissance
Reformation Enlightenment French_Revolution Russian_Revolution October_Revolution American_Revolution
Cultural_Revolution Glorious_Revolution Boxer_Rebellion Easter_Rising Watergate Iran-Contra Boston_Tea_Party D-Day
Battle_of_Britain Battle_of_Waterloo Battle_of_Gettysburg Battle_of_Hastings Battle_of_Stalingrad
Battle_of_the_Bulge Battle_of_Trafalgar Siege_of_Leningrad Operation_Desert_Storm Operation_Barbarossa
Operation_Overlord Gallipoli Blitz Tet_Offensive Prague_Spring Intifada Bloody_Sunday Black_Monday Kristallnacht
Treaty_of_Versailles Treaty_of_Rome Camp_David_Accords Oslo_Accords Dayton_Agreement Congress_of_Vienna
Yalta_Conference Hurricane_Katrina Hurricane_Andrew Hurricane_Mitch Hurricane_Edouard Woodstock
Glastonbury_Festival Live_Aid Live_8 Lollapalooza Ozzfest Edinburgh_Festival Cannes_Film_Festival
Venice_Film_Festival Sundance_Film_Festival Berlin_Film_Festival Eurovision_Song_Contest Academy_Awards Oscars
Grammy_Awards Grammys Golden_Globes Emmy_Awards Brit_Awards MTV_Video_Music_Awards Tony_Awards Mardi_Gras
Oktoberfest Ramadan Christmas Easter Passover Yom_Kippur Hanukkah Thanksgiving Halloween Diwali Expo_67 Miss_World
Miss_Universe Mr._Olympia E3 Comic-Con Warped_Tour WrestleMania SummerSlam Royal_Rumble Earth_Summit"""
EVENT_FORMS = """Battle_of_? ?_Open ?_Grand_Prix ?_Marathon ?_Film_Festival ?_Cup Siege_of_? Hurricane_*
Treaty_of_? ?_Festival ?_Games ?_Classic #_World_Cup #_Olympics ?_Jazz_Festival Operation_@_$ ?_Conference
?_International ?_Massacre ?_Uprising ?_Accords Tropical_Storm_* ?_Championships ?_Derby Second_Battle_of_?
?_Trophy ?_Rally ?_Summit ?_Bowl #_Winter_Olympics ?_Marathon_# Typhoon_* ?_Revolt ?_Campaign ?_Masters
?_Book_Fair ?_Air_Show ?_500 Battle_of_?_$ ?_Biennale"""
