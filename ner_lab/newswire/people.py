"""Parts that names of people are composed of, by origin, the commonest first. Single words unless `_` joins them."""

from __future__ import annotations

# Origin -> (share of people, given names, surnames). Given names and surnames that are also places, firms, months or
# plain words (Washington, Jordan, May, Will, Grace, Ford ...) are there on purpose: only context tells them apart.
ORIGINS: dict[str, tuple[int, str, str]] = {
    "english": (
        44,
        """James John Robert Mary William David Richard Charles Joseph Thomas Michael Mark George Elizabeth Will
        Paul Edward Henry Sarah Peter Jack Anne Stephen Andrew Kevin Brian Margaret Susan Linda Patricia
        Jennifer Barbara Jessica Karen Nancy Lisa Betty Sandra Ashley Emily Donna Michelle Carol Amanda Melissa
        Deborah Stephanie Rebecca Laura Helen Sharon Cynthia Kathleen Amy Angela Shirley Anna Ruth Brenda Pamela
        Nicole Katherine Virginia Catherine Christine Samantha Debra Janet Rachel Carolyn Emma Maria Heather
        Diane Julie Joyce Victoria Kelly Christina Joan Evelyn Lauren Judith Olivia Frances Martha Cheryl Megan
        Andrea Hannah Jacqueline Jean Alice Kathryn Gloria Teresa Sara Janice Ann Abigail Sophia Grace Rose
        Theresa Judy Beverly Charlotte Marilyn Isabella Amber Danielle Brittany Diana Natalie Sydney Chelsea
        Georgia Paris Madison Florence Daisy Hope Faith April May June Ivy Dawn Eve Joy Lucy Jane Kate Claire
        Fiona Daniel Matthew Anthony Donald Steven Joshua Kenneth Ronald Timothy Jason Jeffrey Ryan Jacob Gary
        Nicholas Eric Jonathan Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Alexander Raymond
        Patrick Dennis Jerry Tyler Aaron Jose Adam Nathan Douglas Zachary Kyle Walter Ethan Jeremy Harold Keith
        Christian Roger Noah Gerald Carl Terry Sean Austin Arthur Lawrence Jesse Dylan Bryan Joe Jordan Billy
        Bruce Albert Willie Gabriel Logan Alan Juan Wayne Roy Ralph Randy Eugene Vincent Russell Elijah Louis
        Bobby Philip Johnny Clarence Ernest Martin Craig Stanley Leonard Earl Dale Chad Norman Derek Dean
        Chester Graham Nigel Trevor Simon Ian Neil Stuart Colin Malcolm Duncan Hugh Geoffrey Oliver Harry Alfred
        Percy Cecil Herbert Frederick Theodore Edgar Edmund Oscar Hector Lincoln Franklin Grant Troy Clay Cliff
        Rusty Pat Bill Bob Jim Tom Dick Tim Ben Sam Dan Ted Ken Ray Rob Chris Matt Nick Steve Mike Dave Tony
        Greg Jeff Jimmy Tommy Charlie Freddie Archie Rowan Heath Reed Chuck Gene Rich Miles Drew Chance Major
        Earnest Prince Duke King""",
        """Smith Johnson Williams Brown Jones Washington Davis Miller Wilson Moore Taylor Jordan Anderson Thomas
        Jackson White Harris Martin Thompson May Lincoln Clark Lewis Robinson Walker Ford Young Allen King
        Wright Scott Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans
        Edwards Collins Stewart Morris Rogers Reed Cook Morgan Bell Murphy Bailey Cooper Richardson Cox Howard
        Ward Peterson Gray James Watson Brooks Kelly Sanders Price Bennett Wood Barnes Ross Henderson Coleman
        Jenkins Perry Powell O'Brien Long Patterson Hughes Butler Simmons Foster Bryant Alexander Russell
        Griffin Hayes Myers Hamilton Graham Sullivan Wallace Woods Cole West Owens Reynolds Fisher Ellis
        Harrison Gibson McDonald Cruz Marshall Murray Freeman Wells Webb Simpson Stevens Tucker Porter Hunter
        Hicks Crawford Henry Boyd Mason Kennedy Warren Dixon Burns Gordon Shaw Holmes Rice Robertson Hunt Black
        Daniels Palmer Mills Nichols Grant Knight Ferguson Rose Stone Hawkins Dunn Perkins Hudson Spencer
        Gardner Stephens Payne Pierce Berry Matthews Arnold Wagner Willis Ray O'Connor Watkins Olson Carroll
        Duncan Snyder Hart Cunningham Bradley Lane Andrews Ruiz Harper Fox Riley Armstrong Carpenter Weaver
        Greene Lawrence Elliott Sims Austin Peters Kelley Franklin Lawson Fields Houston Chapman Oliver
        Montgomery Richards Williamson Johnston Banks Meyer Bishop McCoy Howell Morrison Hansen Garza Harvey
        Little Burton Stanley George Jacobs Reid Fuller Lynch Dean Gilbert Garrett Welch Larson Frazier Burke
        Hanson Day Moreno Bowman Fowler Brewer Hoffman Carlson Silva Pearson Holland Douglas Fleming Jensen
        Vargas Byrd Davidson Hopkins Terry O'Neill Herrera Wade Soto Walters Curtis Neal Caldwell Lowe Jennings
        Barnett Graves Horton Shelton Barrett Sutton Gregory McKinney Lucas Miles Rodriquez Chambers Holt
        Lambert Fletcher Watts Bates Hale Rhodes Pena Beck Newman Haynes McDaniel Mendez Bush Vaughn Parks
        Dawson Santiago Norris Hardy Love Steele Curry Powers Schultz Barker Guzman Page Munoz Ball Keller
        Chandler Weber Leonard Walsh Lyons Ramsey Wolfe Schneider Mullins Benson Sharp Bowen Barber Cummings
        Hines Baldwin Griffith Hubbard Salazar Reeves Warner Stevenson Burgess Tate Cross O'Hara Garner Mann
        Mack Moss Thornton Dennis McGee Farmer Delgado Vega Glover Manning Cohen Harmon Rodgers Robbins Newton
        Todd Blair Higgins Ingram Reese Cannon Strickland Townsend Potter Goodwin Walton Rowe Hampton Patton
        Swanson Goodman Yates Becker Erickson Hodges Rios Conner Adkins Webster Norman Malone Hammond Flowers
        Cobb Moody Quinn Blake Maxwell Pope Floyd Osborne Paul McCarthy Guerrero Lindsey Sandoval Gibbs Tyler
        Gross Fitzgerald Stokes Doyle Sherman Saunders Wise Gill Alvarado Greer Padilla Simon Waters Nunez
        Ballard Schwartz McBride O'Sullivan Christensen Klein Pratt Briggs Parsons McLaughlin Zimmerman French
        Buchanan Moran Copeland Pittman Brady McCormick Holloway Brock Poole Logan Bass Marsh Drake Wong
        Jefferson Park Morton Abbott Sparks Patrick Huff Clayton Massey Lloyd Figueroa Carson Bowers Roberson
        Barton Tran Lamb Harrington Casey Boone Cortez Clarke Mathis Singleton Wilkins Cain Bryan Underwood
        Hogan McKenzie Collier Luna Phelps McGuire Allison Bridges Wilkerson Nash Summers Atkins Kent York
        Lancaster Bristol Chester Derby Preston Bolton Stafford Bedford Sheffield Winchester Cleveland Madison
        Dallas O'Reilly Orlando Raleigh Denver Troy Paris Chase Wells Heinz Kellogg Dell Shell Mars Target Gap
        Bond Cash Penny Cherry Apple Church Temple Castle Rivers Lake Banks Beach Winter Frost Snow Storm Gates
        Jobs Marks Best Strong Savage Swift Major Sergeant Judge Law Constable Abbot Priest Monk Baron Earl Duke
        Prince Noble Chance Case Power Gore Brook McArthur MacDonald MacKenzie Blackwood Ashworth Whitfield
        Kingsley Hargreaves Pemberton Featherstone Wetherby Longbottom Crowther Shackleton Ramsbottom Entwistle
        Oldfield Barraclough Thistlewood Cavendish Somerset Gloucester Huntley Carmichael Drummond Urquhart
        Farquharson""",
    ),
    "spanish": (
        10,
        """Jose Carlos Luis Juan Miguel Pedro Antonio Manuel Francisco Jorge Alberto Rafael Fernando Ricardo
        Javier Alejandro Diego Santiago Pablo Sergio Raul Enrique Andres Eduardo Roberto Oscar Ramon Arturo Hugo
        Ivan Lorenzo Maria Carmen Ana Isabel Pilar Dolores Teresa Rosa Lucia Elena Marta Cristina Beatriz
        Gabriela Sofia Valentina Camila Ximena Guadalupe Mercedes Luz Esperanza Alvaro Ignacio Emilio Gonzalo
        Cesar Joaquin Esteban Julio""",
        """Garcia Rodriguez Martinez Hernandez Lopez Gonzalez Perez Sanchez Ramirez Torres Flores Rivera Gomez
        de_la_Cruz Diaz Reyes Morales Ortiz Gutierrez Chavez Ramos Ruiz Alvarez Mendoza Vasquez Castillo Jimenez
        de_la_Fuente Moreno Romero Herrera Medina Aguilar Castro Vargas Fernandez Guzman Munoz Salazar Rojas
        Suarez del_Rio Molina Silva Delgado Contreras Cordoba Leon Valencia Toledo Santiago Trujillo Navarro
        Pacheco Cabrera de_Leon Espinosa Campos Acosta Zapata Villanueva Bustamante Echeverria Izquierdo Zamora
        Burgos Sevilla Caceres Iglesias Arroyo""",
    ),
    "french": (
        7,
        """Jean Pierre Michel Jacques Philippe Alain Bernard Claude Francois Henri Louis Laurent Olivier Nicolas
        Christophe Julien Antoine Guillaume Sebastien Jean-Pierre Jean-Claude Jean-Paul Jean-Luc Jean-Marie
        Pierre-Louis Marie Nathalie Isabelle Sylvie Catherine Francoise Monique Brigitte Sophie Camille Celine
        Chantal Helene Valerie Sandrine Aurelie Emilie Mathilde Marcel Etienne Gaston Emile Yves Thierry Didier
        Marc Luc Marie-Claude""",
        """Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon d'Estaing Laurent
        Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard de_Villiers Andre Lefevre
        Mercier Dupont Lambert Bonnet Francois Martinez Legrand Garnier Faure de_la_Tour Rousseau Blanc Guerin
        Muller Henry Roussel Nicolas Perrin Morin Mathieu Clement Le_Goff Gauthier Dumont Lopez Fontaine
        Chevalier Robin Masson Sanchez Gerard Nguyen Boyer Le_Pen Denis Lemaire Duval Joly Gautier Roger Roche
        Roy Noel Meyer Lucas du_Bois Meunier Peugeot Renault Citroen Bordeaux Lyon Chartier Saint-Laurent
        Beaumont Delacroix Marchand Boucher Tremblay Gagnon Bouchard""",
    ),
    "german": (
        8,
        """Hans Peter Wolfgang Klaus Jurgen Dieter Manfred Uwe Helmut Gunter Heinz Horst Werner Karl Franz Otto
        Friedrich Wilhelm Heinrich Ludwig Johann Georg Stefan Andreas Thomas Michael Jens Sven Lars Erik Ole
        Nils Anders Bjorn Gustav Axel Magnus Henrik Johan Mikael Karin Ursula Petra Monika Sabine Renate Helga
        Ingrid Gisela Brigitte Angela Anja Heike Katrin Silke Greta Astrid Birgit Sigrid Pieter Willem Jan Dirk
        Ruud Joost Cornelis Bram Sander Hans-Peter Karl-Heinz Franz-Josef Ernst Rudolf Konrad Matthias Jorg
        Tobias Florian""",
        """Muller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann von_Braun Schafer Koch
        Bauer Richter Klein Wolf Schroder Neumann Schwarz Zimmermann von_Stauffenberg Braun Kruger Hofmann
        Hartmann Lange Werner Schmitt Krause Meier Lehmann von_Hohenberg Huber Kaiser Fuchs Peters Lang Scholz
        Moller Weiss Jung Hahn van_der_Berg Vogel Friedrich Keller Gunther Frank Berger Winkler Roth Beck Lorenz
        van_den_Broek Baumann Franke Albrecht Schuster Simon Ludwig Bohm Winter Kraus Schumacher van_Dijk Kramer
        Vogt Stein Jager Otto Sommer Gross Seidel Heinrich Brandt van_der_Meer Haas Schreiber Graf Dietrich
        Ziegler Kuhn Kuhne Pohl Engel Horn van_Gogh Busch Bergmann Voigt Sauer Siemens Bosch Daimler Porsche
        Hamburger Frankfurter de_Jong Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peeters Janssens de_Boer
        Johansson Andersson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson de_Vries Hansen
        Johansen Olsen Larsen Andersen Pedersen Nielsen Jensen Kristensen Rasmussen Virtanen Korhonen Makinen
        Nieminen Hakkinen Lindqvist Lindstrom Bergstrom Sandberg""",
    ),
    "italian": (
        6,
        """Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco
        Domenico Bruno Paolo Michele Giorgio Aldo Sergio Luciano Roberto Alessandro Marco Andrea Stefano Fabio
        Luca Matteo Lorenzo Davide Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina
        Francesca Antonietta Chiara Giulia Valentina Paola Elena Silvia Joao Paulo Ronaldo Luiz Jorge Nuno Rui
        Tiago Vasco""",
        """Rossi Russo Ferrari Esposito Bianchi Romano De_Luca Colombo Ricci Marino Greco Bruno Gallo De_Santis
        Conti Mancini Costa Giordano Rizzo Lombardi D'Angelo Moretti Barbieri Fontana Santoro Mariani Rinaldi
        De_Angelis Caruso Ferrara Galli Martini Leone Longo dos_Santos Gentile Martinelli Vitale Lombardo Serra
        Coppola da_Silva Marchetti Parisi Villa Conte Ferraro Ferri da_Costa Fabbri Bianco Marini Grasso
        Valentini Messina D'Amico Sala Gatti Pellegrini Palumbo Sanna Farina D'Alessandro Rizzi Monti Cattaneo
        Morelli Amato Silvestri Di_Stefano Mazza Testa Grassi Pellegrino Carbone Giuliani Del_Piero Benetti
        Barone Palermo Verona Milano Oliveira Pereira Ferreira Almeida Carvalho Teixeira Figueiredo""",
    ),
    "slavic": (
        8,
        """Ivan Vladimir Sergei Alexander Dmitri Andrei Mikhail Nikolai Boris Yuri Viktor Igor Oleg Pavel
        Anatoly Alexei Leonid Konstantin Yevgeny Grigory Vasily Natalia Olga Elena Svetlana Irina Tatiana Anna
        Ekaterina Marina Ludmila Jan Piotr Andrzej Krzysztof Stanislaw Tomasz Pawel Jozef Marek Jerzy Zbigniew
        Lech Wojciech Katarzyna Malgorzata Agnieszka Petr Jiri Josef Vaclav Milos Zdenek Tomas Martina Jana
        Milan Zoran Goran Dragan Slobodan Radovan Nikola Novak Dusan Mirko Jelena Ana Vesna Laszlo Istvan Zoltan
        Ferenc Gabor Andras Ion Nicolae Gheorghe Adrian Florin""",
        """Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov
        Alekseev Lebedev Semenov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev Makarov Nikitin Zakharov
        Zaitsev Soloviev Borisov Yakovlev Grigoriev Romanov Vorobiev Sergeev Kuzmin Frolov Alexandrov Dmitriev
        Korolev Gusev Kiselev Nowak Kowalski Wisniewski Wojcik Kowalczyk Kaminski Lewandowski Zielinski
        Szymanski Wozniak Dabrowski Kozlowski Jankowski Mazur Kwiatkowski Krawczyk Novak Svoboda Novotny Dvorak
        Cerny Prochazka Kucera Vesely Horak Nemec Jovanovic Petrovic Nikolic Markovic Djordjevic Stojanovic Ilic
        Stankovic Pavlovic Milosevic Horvat Kovacevic Babic Maric Juric Novakova Petrova Ivanova Nagy Kovacs
        Toth Szabo Horvath Varga Kiss Molnar Nemeth Farkas Popescu Ionescu Radu Dumitru Stan Shevchenko
        Bondarenko Tkachenko Kovalenko Boyko Kravchenko Melnyk Georgiev Dimitrov""",
    ),
    "asian": (
        9,
        """Hiroshi Takashi Kenji Akira Yuki Kazuo Makoto Satoshi Shinji Ichiro Masao Taro Haruki Kenta Naoki
        Yoko Keiko Michiko Sachiko Yumi Ayumi Naomi Akiko Min-ho Ji-hoon Young-soo Kyung-hee Sung-min Eun-ji
        Seung-woo Hyun-woo Xiaoming Jianguo Wei Li Jing Ming Hong Yan Jun Lei Tao Xin Ying Mei Hua Jie Chen Bo
        Anil Raj Sanjay Vijay Amit Rahul Sunil Ravi Arun Ashok Deepak Priya Sunita Anita Lakshmi Indira Meera
        Nisha Kavita Rohit Suresh Ramesh Mahesh Arjun Vikram Nguyen Thi Duc Minh Somchai Budi Agus Dewi
        Ferdinand Imelda Corazon Benigno Rodrigo""",
        """Tanaka Suzuki Sato Takahashi Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki
        Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Saito Honda Toyoda Mori Abe Ikeda Hashimoto Ishikawa
        Yamashita Ogawa Goto Okada Hasegawa Murakami Kondo Ishii Sakamoto Endo Aoki Fujita Nishimura Fukuda Ota
        Miura Fujiwara Okamoto Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Shin Wang Li Zhang Liu Chen
        Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Deng Feng Singh Kumar
        Sharma Gupta Patel Shah Mehta Reddy Rao Nair Iyer Menon Das Banerjee Mukherjee Chatterjee Bose Ghosh Sen
        Roy Verma Mishra Pandey Kapoor Khanna Malhotra Chopra Gandhi Desai Joshi Tran Pham Hoang Suharto Wijaya
        Santoso Aquino Bautista Ramos Perera Fernando Silva""",
    ),
    "arabic": (
        8,
        """Mohammed Ahmed Ali Hassan Hussein Omar Ibrahim Mahmoud Khalid Abdullah Mustafa Youssef Karim Tariq
        Said Salim Hamid Nasser Samir Jamal Walid Faisal Sultan Fahd Fatima Aisha Mariam Layla Zainab Amina
        Khadija Salma Noor Mehmet Mustafa Kemal Ahmet Hasan Huseyin Emre Ayse Fatma Elif Reza Mohsen Hossein
        Akbar Farhad Shirin Imran Javed Nawaz Asif Pervez Benazir Yitzhak Shimon Ariel Moshe David Avi Yossi
        Kwame Kofi Chinedu Emeka Ngozi Amara Oluwaseun Thabo Sipho Nelson Winnie Desmond Haile Kenenisa Tirunesh
        Wilson Kipchoge Abdoulaye Mamadou Didier""",
        """Ahmed Hassan Hussein Ali Khan al-Rashid Abdullah Mansour Haddad Khoury Nasser al-Masri Saleh Hamdan
        Farouk Mahfouz Abbas al-Hashimi Aziz Karimi Hosseini Ahmadi Rahimi al-Sayed Tehrani Shirazi Yilmaz Kaya
        Demir al-Farsi Sahin Celik Yildiz Ozturk Arslan al-Zahrani Dogan Aydin Erdem Malik Hussain al-Qahtani
        Butt Chaudhry Qureshi Bhutto Sharif al-Maliki Siddiqui Cohen Levi Mizrahi Peretz al-Baghdadi Rabin
        Ben-David Shapiro Katz Okafor el-Sherif Adeyemi Okonkwo Eze Obi Mensah el-Guindy Owusu Asante Boateng
        Nkosi Dlamini ben_Ali Zulu Mokoena Botha Mandela Mbeki bin_Salem Tutu Kiplagat Kipkemboi Cheruiyot Kamau
        bin_Rashid Otieno Traore Diallo Diop Ndiaye van_der_Merwe Toure Keita Coulibaly Drogba Bekele
        Gebrselassie Tadesse Chad Jordan Israel Mali""",
    ),
}

NICKNAMES = """Buddy Red Bubba Duke Ace Smokey Slim Babe Tiger Bull Sonny Doc Lefty Magic Rocky Spud Hoss Skip"""

# One-word stage names, rulers and saints: whole names. `_` joins the words.
MONONYMS = """Madonna Prince Cher Sting Bono Adele Shakira Bjork Enya Seal Moby Eminem Usher Pink Beck Dido Aaliyah
Nas Ronaldo Ronaldinho Kaka Rivaldo Pele Socrates Zico Romario Neymar Hulk Fred Homer Plato Aristotle Virgil Ovid
Cicero Nero Caesar Augustus Hannibal Napoleon Buddha Jesus Moses Abraham Isaac Confucius Mozart Beethoven Bach Chopin
Wagner Picasso Rembrandt Raphael Michelangelo Titian Shakespeare Dante Goethe Voltaire Moliere Cervantes Dickens
Darwin Galileo Newton Einstein Kepler Copernicus Euler Gauss Freud Marx Lenin Stalin Trotsky Gandhi Churchill
Bismarck Garibaldi Elizabeth_I Elizabeth_II Henry_VIII Henry_II Edward_III Edward_VII Charles_I Charles_II Charles_V
James_I James_II George_III George_V William_I William_III Louis_XIV Louis_XVI Philip_II Frederick_the_Great
Catherine_the_Great Peter_the_Great Alexander_the_Great Ivan_the_Terrible William_the_Conqueror Richard_the_Lionheart
Nicholas_II Alexander_II Pius_XII John_Paul_II Benedict_XVI Leo_X Gregory_VII Innocent_III Constantine Charlemagne
Otto_I Frederick_Barbarossa Robert_the_Bruce Joan_of_Arc Francis_of_Assisi Thomas_Aquinas Augustine_of_Hippo
Leonardo_da_Vinci Genghis_Khan Kublai_Khan Tamerlane Saladin Suleiman_the_Magnificent Akbar Ashoka Cleopatra
Nefertiti Ramesses_II Zeus Apollo Athena Hercules Achilles Odysseus Hector Thor Odin Loki Krishna Vishnu Shiva
Mercury Mars Venus Jupiter Batman Superman Spider-Man Dracula Frankenstein Sherlock Tarzan Zorro Gandalf Frodo Hamlet
Macbeth Romeo Juliet Merlin Arthur Lancelot Robin_Hood Peter_Pan Alice Dorothy Cinderella Rapunzel 50_Cent Dr._Dre
Ice-T Ice_Cube Snoop_Dogg Lil'_Kim Jay-Z Kanye DJ_Shadow Mr._T Queen_Latifah LL_Cool_J Big_Daddy_Kane MC_Hammer
Lady_Gaga Iggy_Pop Alice_Cooper Meat_Loaf"""

# Surnames that are also places, teams, firms, products, months or plain words.
AMBIGUOUS = """Washington Jordan May Ford Lincoln Paris Chelsea Madison Jackson Austin Houston Hamilton Virginia
Sydney Georgia Apple Target Shell Amazon Turkey Mercedes Chase Wells Benetton Ferrari Porsche Dell Heinz Mars Disney
Nelson Columbia Orlando Florence Kent Essex Lancaster York Windsor Derby Preston Chester Bolton Durham Israel Chad
Kansas Dakota Phoenix Berlin London Boston Dallas Denver Rice Brown Duke Stanford Baylor Cook Hudson Potter March
Summer Winter Will Mark King Bush Gates Jobs Hope Grace Rose Young Day Best Price Bond Cash Marks Church Bishop Judge
Baker Mason Rivers Banks"""
