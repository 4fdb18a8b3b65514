/**
 * Programs of Windows computers as `programs` of osquery lists them. One line each: name, version,
 * publisher, and on how many of a hundred computers it is (w: workstations, s: servers).
 */
export const windowsPrograms = `
Microsoft Edge|141.0.3537.99|Microsoft Corporation|w100 s100
Microsoft Edge WebView2 Runtime|141.0.3537.99|Microsoft Corporation|w100 s80
Microsoft 365 Apps for enterprise - ja-jp|16.0.19231.20194|Microsoft Corporation|w78
Microsoft Office Professional Plus 2019 - ja-jp|16.0.10417.20053|Microsoft Corporation|w9
Microsoft OneDrive|25.184.0921.0004|Microsoft Corporation|w88
Microsoft Teams Meeting Add-in for Microsoft Office|1.25.24601|Microsoft|w74
Microsoft Update Health Tools|5.72.0.0|Microsoft Corporation|w92
Microsoft Visual C++ 2005 Redistributable|8.0.61001|Microsoft Corporation|w12 s15
Microsoft Visual C++ 2008 Redistributable - x64 9.0.30729.6161|9.0.30729.6161|Microsoft Corporation|w30 s26
Microsoft Visual C++ 2008 Redistributable - x86 9.0.30729.6161|9.0.30729.6161|Microsoft Corporation|w28 s24
Microsoft Visual C++ 2010  x64 Redistributable - 10.0.40219|10.0.40219|Microsoft Corporation|w34 s33
Microsoft Visual C++ 2010  x86 Redistributable - 10.0.40219|10.0.40219|Microsoft Corporation|w33 s30
Microsoft Visual C++ 2012 Redistributable (x64) - 11.0.61030|11.0.61030.0|Microsoft Corporation|w38 s40
Microsoft Visual C++ 2013 Redistributable (x64) - 12.0.40664|12.0.40664.0|Microsoft Corporation|w45 s44
Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.44.35211|14.44.35211.0|Microsoft Corporation|w93 s88
Microsoft Visual C++ 2015-2022 Redistributable (x86) - 14.44.35211|14.44.35211.0|Microsoft Corporation|w85 s62
Microsoft Windows Desktop Runtime - 6.0.36 (x64)|6.0.36.34217|Microsoft Corporation|w31 s18
Microsoft Windows Desktop Runtime - 8.0.21 (x64)|8.0.21.35325|Microsoft Corporation|w57 s31
Microsoft .NET Runtime - 8.0.21 (x64)|8.0.21.35325|Microsoft Corporation|w38 s42
Microsoft ASP.NET Core 8.0.21 - Shared Framework (x64)|8.0.21.25475|Microsoft Corporation|w9 s38
Microsoft .NET SDK 8.0.415 (x64)|8.4.1525.47011|Microsoft Corporation|w8
Microsoft ODBC Driver 17 for SQL Server|17.10.6.1|Microsoft Corporation|w22 s51
Microsoft ODBC Driver 18 for SQL Server|18.5.1.1|Microsoft Corporation|w9 s28
Microsoft OLE DB Driver for SQL Server|18.7.4.0|Microsoft Corporation|w7 s30
Microsoft SQL Server 2019 (64-bit)|15.0.4445.1|Microsoft Corporation|s16
Microsoft SQL Server 2022 (64-bit)|16.0.4215.2|Microsoft Corporation|s9
SQL Server Management Studio|20.2.37.0|Microsoft Corporation|w5 s22
Microsoft System CLR Types for SQL Server 2019|15.0.2000.5|Microsoft Corporation|w6 s21
Microsoft Visual Studio Code|1.105.1|Microsoft Corporation|w24 s4
Visual Studio Professional 2022|17.14.17|Microsoft Corporation|w6
PowerShell 7-x64|7.5.3.0|Microsoft Corporation|w14 s19
Windows Subsystem for Linux|2.6.1.0|Microsoft Corporation|w11
Windows Admin Center|2.4.5.0|Microsoft Corporation|s7
Google Chrome|141.0.7390.123|Google LLC|w91 s22
Mozilla Firefox (x64 ja)|144.0|Mozilla|w27
Mozilla Firefox ESR (x64 ja)|140.4.0|Mozilla|w6 s3
Mozilla Maintenance Service|144.0|Mozilla|w30
Mozilla Thunderbird (x64 ja)|140.4.0|Mozilla|w8
Brave|141.1.83.120|Brave Software Inc|w2
Vivaldi|7.6.3797.63|Vivaldi Technologies AS.|w2
Adobe Acrobat (64-bit)|25.001.20756|Adobe|w84 s8
Adobe Acrobat Reader - Japanese|23.008.20555|Adobe Systems Incorporated|w7
Adobe Creative Cloud|6.7.0.278|Adobe Inc.|w8
Adobe Photoshop 2025|26.11.0.18|Adobe Inc.|w6
Adobe Illustrator 2025|29.8.1|Adobe Inc.|w6
Java 8 Update 461 (64-bit)|8.0.4610.11|Oracle Corporation|w18 s21
Java(TM) SE Development Kit 17.0.16 (64-bit)|17.0.16.0|Oracle Corporation|w3 s9
Eclipse Temurin JDK with Hotspot 17.0.16+8 (x64)|17.0.16.8|Eclipse Adoptium|w7 s14
Eclipse Temurin JRE with Hotspot 8u462-b08 (x64)|8.0.462.8|Eclipse Adoptium|w5 s8
Amazon Corretto (x64)|1.8.0.462|Amazon.com Inc.|w2 s6
7-Zip 24.09 (x64)|24.09|Igor Pavlov|w46 s37
7-Zip 19.00 (x64)|19.00|Igor Pavlov|w7 s6
WinRAR 7.13 (64-bit)|7.13.0|win.rar GmbH|w6
Lhaplus|1.74|Schezo|w16
Explzh for Windows|9.81|pon software|w5
Sakura Editor(サクラエディタ)|2.4.2.6048|サクラエディタ開発チーム|w41 s26
秀丸エディタ(64bit)|9.48|有限会社サイトー企画|w13 s5
TeraPad|1.09|寺尾 進|w11
Notepad++ (64-bit x64)|8.8.5|Notepad++ Team|w22 s23
WinMerge 2.16.50.2|2.16.50.2|Thingamahoochie Software|w19 s8
Tera Term 5.4.1|5.4.1|TeraTerm Project|w24 s9
PuTTY release 0.83 (64-bit)|0.83.0.0|Simon Tatham|w8 s5
WinSCP 6.5.3|6.5.3|Martin Prikryl|w21 s17
FileZilla 3.69.3|3.69.3|Tim Kosse|w9 s4
Git|2.51.0.2|The Git Development Community|w17 s8
TortoiseGit 2.17.0.2 (64 bit)|2.17.0.2|TortoiseGit|w6
TortoiseSVN 1.14.9.29743 (64 bit)|1.14.29743|TortoiseSVN|w5
Python 3.12.10 (64-bit)|3.12.10150.0|Python Software Foundation|w7 s6
Python 3.13.8 (64-bit)|3.13.8150.0|Python Software Foundation|w5 s2
Node.js|22.20.0|Node.js Foundation|w9 s7
Docker Desktop|4.48.0|Docker Inc.|w6
Oracle VirtualBox 7.2.2|7.2.2|Oracle and/or its affiliates|w3
VMware Tools|12.5.3.24819442|VMware, Inc.|s72
Wireshark 4.4.9 x64|4.4.9|The Wireshark developer community, https://www.wireshark.org|w4 s4
Npcap|1.83|Nmap Project|w4 s4
Slack (Machine - MSI)|4.46.101.0|Slack Technologies Inc.|w31
Zoom Workplace (64-bit)|6.6.17507|Zoom Communications, Inc.|w68
Cisco Webex Meetings|45.10.0.23|Cisco Webex LLC|w17
Cisco Secure Client - AnyConnect VPN|5.1.11.388|Cisco Systems, Inc.|w26
Cisco Secure Client - Diagnostics and Reporting Tool|5.1.11.388|Cisco Systems, Inc.|w24
FortiClient VPN|7.4.3.1790|Fortinet Technologies (Canada) Inc|w14
GlobalProtect|6.2.8|Palo Alto Networks|w8
LINE|9.11.0.3730|LY Corporation|w9
Box Drive|2.47.213|Box, Inc.|w12
Box Tools|4.31.0|Box, Inc.|w9
Dropbox|234.4.5417|Dropbox, Inc.|w6
Google Drive|114.0.1.0|Google LLC|w13
TeamViewer|15.70.6|TeamViewer|w8 s11
AnyDesk|ad 9.6.1|AnyDesk Software GmbH|w4
TightVNC|2.8.85.0|GlavSoft LLC.|w2 s6
UltraVNC|1.6.4.0|uvnc bvba|w1 s4
Trend Micro Apex One Security Agent|14.0.14260|Trend Micro Inc.|w31 s28
ウイルスバスター ビジネスセキュリティ クライアント|6.7.3954|トレンドマイクロ株式会社|w11 s6
CrowdStrike Windows Sensor|7.29.20108.0|CrowdStrike, Inc.|w21 s25
ESET Endpoint Security|12.0.2049.0|ESET, spol. s r.o.|w9
Symantec Endpoint Protection|14.3.12167.10000|Broadcom|w6 s7
SKYSEA Client View|20.100.0.11|Sky株式会社|w22 s12
LANSCOPE エンドポイントマネージャー MR|9.4.6.0|エムオーテックス株式会社|w14 s6
osquery|5.23.1|osquery|w100 s100
Zabbix Agent 2 (64-bit)|6.4.21.2400|Zabbix SIA|s34
Veeam Agent for Microsoft Windows|6.3.2.1205|Veeam Software Group GmbH|s18
Arcserve UDP Agent|10.2|Arcserve|s9
JP1/Base|13-10|Hitachi, Ltd.|s8
Systemwalker Centric Manager|16.0.1|FUJITSU|s4
Apache Tomcat 9.0 Tomcat9|9.0.109|The Apache Software Foundation|s11
Apache HTTP Server 2.4.65|2.4.65|Apache Software Foundation|s5
PostgreSQL 15|15.14-1|PostgreSQL Global Development Group|s6
MySQL Server 8.0|8.0.43|Oracle Corporation|s5
Oracle Database 19c Client|19.0.0.0.0|Oracle Corporation|w6 s15
IIS URL Rewrite Module 2|7.2.1993|Microsoft Corporation|s18
Microsoft Web Deploy 4.0|10.0.8215|Microsoft Corporation|s9
Realtek Audio Driver|6.0.9693.1|Realtek Semiconductor Corp.|w55
Intel(R) Graphics Driver|32.0.101.7026|Intel Corporation|w57
Intel(R) Management Engine Components|2443.6.3.0|Intel Corporation|w61
NVIDIA Graphics Driver 581.42|581.42|NVIDIA Corporation|w14
Lenovo System Update|5.08.03.59|Lenovo|w18
HP Support Assistant|9.47.41.0|HP Inc.|w12
Canon Generic Plus UFR II Printer Driver|3.20|Canon Inc.|w23
FUJIFILM Apeos Printer Driver|7.7.3|FUJIFILM Business Innovation Corp.|w19
RICOH PCL6 UniversalDriver V4.40|4.40.0.0|RICOH|w17
ATOK for Windows|35.2.3|株式会社ジャストシステム|w4
一太郎2025|35.1.1|株式会社ジャストシステム|w3
勘定奉行クラウド|1.42.0|株式会社オービックビジネスコンサルタント|w4
弥生会計 25|31.2.1.0|弥生株式会社|w3
DocuWorks 9.1|9.1.6|富士フイルムビジネスイノベーション株式会社|w12
Jw_cad|8.25a|Jiro Shimizu & Yoshifumi Tanaka|w4
AutoCAD 2025 - 日本語 (Japanese)|25.0.171.0|Autodesk|w4
e-Tax ソフト|1.25.0|国税庁|w3
JPKI 利用者クライアントソフト|3.8.2|地方公共団体情報システム機構|w4
LibreOffice 25.2.6.2|25.2.6.2|The Document Foundation|w5
GIMP 3.0.4|3.0.4|The GIMP Team|w4
VLC media player|3.0.21|VideoLAN|w9
IrfanView 4.72 (64-bit)|4.72|Irfan Skiljan|w7
Everything 1.4.1.1028 (x64)|1.4.1.1028|voidtools|w9
CubePDF 4.0.0 (x64)|4.0.0|CubeSoft, Inc.|w16
KeePass Password Safe 2.59|2.59|Dominik Reichl|w6
1Password|8.11.16|AgileBits Inc.|w7
Postman x86_64 11.66.4|11.66.4|Postman|w5
A5:SQL Mk-2 version 2.20.3|2.20.3|m.matsubara|w6 s3
`;
