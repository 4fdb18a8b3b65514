/**
 * Packages of Debian 12 with their versions: what dpkg and the archive had on 2026-11-21.
 * One line each: name, version, architecture, then the Source field where dpkg shows one.
 */
export const debianPackages = `
adduser 3.134 all
adwaita-icon-theme 43-1 all
alsa-topology-conf 1.2.5.1-2 all
alsa-ucm-conf 1.2.8-1 all
apache2 2.4.71-1~deb12u1 amd64
apache2-bin 2.4.71-1~deb12u1 amd64 apache2
apache2-data 2.4.71-1~deb12u1 all apache2
appstream 0.16.1-2 amd64
apt 2.6.1 amd64
apt-transport-https 2.6.1 all apt
at-spi2-common 2.46.0-5 all at-spi2-core
at-spi2-core 2.46.0-5 amd64
avahi-daemon 0.8-10+deb12u1 amd64 avahi
avahi-utils 0.8-10+deb12u1 amd64 avahi
base-files 12.4+deb12u11 amd64
base-passwd 3.6.1 amd64
bash 5.2.15-2+b8 amd64 bash (5.2.15-2)
bc 1.07.1-3+b1 amd64 bc (1.07.1-3)
bind9-host 1:9.18.49-1~deb12u3 amd64 bind9
bind9-libs 1:9.18.49-1~deb12u3 amd64 bind9
binutils 2.40-2 amd64
binutils-common 2.40-2 amd64 binutils
binutils-x86-64-linux-gnu 2.40-2 amd64 binutils
bsdextrautils 2.38.1-5+deb12u3 amd64 util-linux
bsdutils 1:2.38.1-5+deb12u3 amd64 util-linux (2.38.1-5+deb12u3)
build-essential 12.9 amd64
bzip2 1.0.8-5+b1 amd64 bzip2 (1.0.8-5)
bzip2-doc 1.0.8-5 all bzip2
ca-certificates 20230311+deb12u1 all
ca-certificates-java 20230710~deb12u1 all
certbot 2.1.0-4 all python-certbot
chromium 156.0.8078.79-1~deb12u1 amd64
chromium-common 156.0.8078.79-1~deb12u1 amd64 chromium
chrony 4.3-2+deb12u3 amd64
clamav 1.4.6+dfsg-0+deb12u1 amd64
cmake 3.25.1-1 amd64
cmake-data 3.25.1-1 all cmake
console-setup 1.221 all
containerd 1.6.20~ds1-1+deb12u3 amd64
coreutils 9.1-1 amd64
cpp 4:12.2.0-3 amd64 gcc-defaults (1.203)
cpp-12 12.2.0-14+deb12u1 amd64 gcc-12
cron 3.0pl1-162 amd64
cscope 15.9-1 amd64
cups 2.4.2-3+deb12u9 amd64
cups-daemon 2.4.2-3+deb12u9 amd64 cups
cups-pk-helper 0.2.6-1+b1 amd64 cups-pk-helper (0.2.6-1)
curl 7.88.1-10+deb12u14 amd64
dash 0.5.12-2 amd64
dbus 1.14.10-1~deb12u1 amd64
dbus-bin 1.14.10-1~deb12u1 amd64 dbus
dbus-daemon 1.14.10-1~deb12u1 amd64 dbus
dbus-session-bus-common 1.14.10-1~deb12u1 all dbus
dbus-system-bus-common 1.14.10-1~deb12u1 all dbus
dbus-user-session 1.14.10-1~deb12u1 amd64 dbus
dconf-gsettings-backend 0.40.0-4 amd64 dconf
dconf-service 0.40.0-4 amd64 dconf
debconf 1.5.82 all
debian-archive-keyring 2023.3+deb12u2 all
debianutils 5.7-0.5~deb12u1 amd64
diffutils 1:3.8-4 amd64
dirmngr 2.2.40-1.1+deb12u2 amd64 gnupg2
distro-info-data 0.58+deb12u6 all
dmsetup 2:1.02.185-2 amd64 lvm2 (2.03.16-2)
dnsmasq-base 2.90-4~deb12u2 amd64 dnsmasq
docker.io 20.10.24+dfsg1-1+deb12u1+b6 amd64 docker.io (20.10.24+dfsg1-1+deb12u1)
dpkg 1.21.22 amd64
dpkg-dev 1.21.22 all dpkg
e2fsprogs 1.47.0-2 amd64
ed 1.19-1 amd64
evolution 3.46.4-2+deb12u1 amd64
exim4-base 4.96-15+deb12u10 amd64 exim4
exim4-config 4.96-15+deb12u10 all exim4
fail2ban 1.0.2-2 all
fakeroot 1.31-1.2 amd64
ffmpeg 7:5.1.9-0+deb12u1 amd64
file 1:5.44-3 amd64
findutils 4.9.0-4 amd64
firefox-esr 153.7.0esr-1~deb12u1 amd64
flatpak 1.14.10-1~deb12u2 amd64
fontconfig 2.14.1-4 amd64
fontconfig-config 2.14.1-4 amd64 fontconfig
fonts-dejavu-core 2.37-6 all fonts-dejavu
fonts-dejavu-extra 2.37-6 all fonts-dejavu
fonts-liberation 1:1.07.4-11 all
fonts-noto-cjk 1:20220127+repack1-1 all
g++ 4:12.2.0-3 amd64 gcc-defaults (1.203)
g++-12 12.2.0-14+deb12u1 amd64 gcc-12
gcc 4:12.2.0-3 amd64 gcc-defaults (1.203)
gcc-12 12.2.0-14+deb12u1 amd64
gcc-12-base 12.2.0-14+deb12u1 amd64 gcc-12
gdb 13.1-3 amd64
gdm3 43.0-3 amd64
gettext 0.21-12 amd64
gettext-base 0.21-12 amd64 gettext
gimp 2.10.34-1+deb12u10 amd64
gir1.2-atk-1.0 2.46.0-5 amd64 at-spi2-core
gir1.2-freedesktop 1.74.0-3 amd64 gobject-introspection
gir1.2-gdkpixbuf-2.0 2.42.10+dfsg-1+deb12u4 amd64 gdk-pixbuf
gir1.2-glib-2.0 1.74.0-3 amd64 gobject-introspection
gir1.2-gtk-3.0 3.24.38-2~deb12u3 amd64 gtk+3.0
gir1.2-handy-1 1.8.1-1 amd64 libhandy-1
gir1.2-harfbuzz-0.0 6.0.0+dfsg-3 amd64 harfbuzz
gir1.2-notify-0.7 0.8.1-1 amd64 libnotify
gir1.2-packagekitglib-1.0 1.2.6-5+deb12u1 amd64 packagekit
gir1.2-pango-1.0 1.50.12+ds-1 amd64 pango1.0
gir1.2-polkit-1.0 122-3 amd64 policykit-1
gir1.2-secret-1 0.20.5-3 amd64 libsecret
git 1:2.39.5-0+deb12u3 amd64
git-man 1:2.39.5-0+deb12u3 all git
gnome-shell 43.9-0+deb12u2 amd64
gnupg 2.2.40-1.1+deb12u2 all gnupg2
gnupg-l10n 2.2.40-1.1+deb12u2 all gnupg2
gnupg-utils 2.2.40-1.1+deb12u2 amd64 gnupg2
gpg 2.2.40-1.1+deb12u2 amd64 gnupg2
gpg-agent 2.2.40-1.1+deb12u2 amd64 gnupg2
gpg-wks-client 2.2.40-1.1+deb12u2 amd64 gnupg2
gpg-wks-server 2.2.40-1.1+deb12u2 amd64 gnupg2
gpgconf 2.2.40-1.1+deb12u2 amd64 gnupg2
gpgsm 2.2.40-1.1+deb12u2 amd64 gnupg2
gpgv 2.2.40-1.1+deb12u2 amd64 gnupg2
grep 3.8-5 amd64
groff-base 1.22.4-10 amd64 groff
grub-common 2.06-13+deb12u2 amd64 grub2
grub-pc-bin 2.06-13+deb12u2 amd64 grub2
gsettings-desktop-schemas 43.0-1 all
gtk-update-icon-cache 3.24.38-2~deb12u3 amd64 gtk+3.0
gzip 1.12-1 amd64
haproxy 2.6.12-1+deb12u4 amd64
hicolor-icon-theme 0.17-2 all
hostname 3.23+nmu1 amd64
htop 3.2.2-2 amd64
ibus-mozc 2.28.4715.102+dfsg-2.2+deb12u1 amd64 mozc
icu-devtools 72.1-3+deb12u1 amd64 icu
imagemagick-6.q16 8:6.9.11.60+dfsg-1.6+deb12u15 amd64 imagemagick
init-system-helpers 1.65.2 all
initramfs-tools 0.142+deb12u3 all
iproute2 6.1.0-3 amd64
iptables 1.8.9-2 amd64
iso-codes 4.15.0-1 all
java-common 0.74 all
javascript-common 11+nmu1 all
jq 1.6-2.1+deb12u1 amd64
keepassxc 2.7.4+dfsg.1-2 amd64
krb5-locales 1.20.1-2+deb12u3 all krb5
less 590-2.1~deb12u2 amd64
libabsl20220623 20220623.1-1+deb12u2 amd64 abseil
libacl1 2.3.1-3 amd64 acl
libalgorithm-diff-perl 1.201-1 all
libalgorithm-diff-xs-perl 0.04-8+b1 amd64 libalgorithm-diff-xs-perl (0.04-8)
libalgorithm-merge-perl 0.08-5 all
libaom3 3.6.0-1+deb12u1 amd64 aom
libapache-pom-java 29-2 all apache-pom
libapparmor1 3.0.8-3 amd64 apparmor
libappstream4 0.16.1-2 amd64 appstream
libapt-pkg6.0 2.6.1 amd64 apt
libarchive13 3.6.2-1+deb12u5 amd64 libarchive
libargon2-1 0~20171227-0.3+deb12u1 amd64 argon2
libasan8 12.2.0-14+deb12u1 amd64 gcc-12
libasound2 1.2.8-1+b1 amd64 alsa-lib (1.2.8-1)
libasound2-data 1.2.8-1 all alsa-lib
libassuan0 2.5.5-5 amd64 libassuan
libasyncns0 0.8-6+b3 amd64 libasyncns (0.8-6)
libatk-bridge2.0-0 2.46.0-5 amd64 at-spi2-core
libatk-wrapper-java 0.40.0-3 all java-atk-wrapper
libatk-wrapper-java-jni 0.40.0-3 amd64 java-atk-wrapper
libatk1.0-0 2.46.0-5 amd64 at-spi2-core
libatm1 1:2.5.1-4+b2 amd64 linux-atm (1:2.5.1-4)
libatomic1 12.2.0-14+deb12u1 amd64 gcc-12
libatspi2.0-0 2.46.0-5 amd64 at-spi2-core
libattr1 1:2.5.1-4 amd64 attr
libaudit-common 1:3.0.9-1 all audit
libaudit1 1:3.0.9-1 amd64 audit
libauthen-sasl-perl 2.1600-3 all
libavahi-client3 0.8-10+deb12u1 amd64 avahi
libavahi-common-data 0.8-10+deb12u1 amd64 avahi
libavahi-common3 0.8-10+deb12u1 amd64 avahi
libavahi-core7 0.8-10+deb12u1 amd64 avahi
libavif15 0.11.1-1+deb12u1 amd64 libavif
libbabeltrace1 1.5.11-1+b2 amd64 babeltrace (1.5.11-1)
libbinutils 2.40-2 amd64 binutils
libblkid1 2.38.1-5+deb12u3 amd64 util-linux
libboost-filesystem1.74.0 1.74.0+ds1-21 amd64 boost1.74
libboost-iostreams1.74.0 1.74.0+ds1-21 amd64 boost1.74
libboost-program-options1.74.0 1.74.0+ds1-21 amd64 boost1.74
libboost-regex1.74.0 1.74.0+ds1-21 amd64 boost1.74
libbpf1 1:1.1.2-0+deb12u1 amd64 libbpf (1.1.2-0+deb12u1)
libbrotli-dev 1.0.9-2+b6 amd64 brotli (1.0.9-2)
libbrotli1 1.0.9-2+b6 amd64 brotli (1.0.9-2)
libbsd0 0.11.7-2 amd64 libbsd
libbz2-1.0 1.0.8-5+b1 amd64 bzip2 (1.0.8-5)
libbz2-dev 1.0.8-5+b1 amd64 bzip2 (1.0.8-5)
libc-bin 2.36-9+deb12u14 amd64 glibc
libc-dev-bin 2.36-9+deb12u14 amd64 glibc
libc-devtools 2.36-9+deb12u14 amd64 glibc
libc-l10n 2.36-9+deb12u14 all glibc
libc6 2.36-9+deb12u14 amd64 glibc
libc6-dbg 2.36-9+deb12u14 amd64 glibc
libc6-dev 2.36-9+deb12u14 amd64 glibc
libcairo-gobject2 1.16.0-7 amd64 cairo
libcairo2 1.16.0-7 amd64 cairo
libcap-ng0 0.8.3-1+b3 amd64 libcap-ng (0.8.3-1)
libcap2 1:2.66-4+deb12u2+b2 amd64 libcap2 (1:2.66-4+deb12u2)
libcap2-bin 1:2.66-4+deb12u2+b2 amd64 libcap2 (1:2.66-4+deb12u2)
libcbor0.8 0.8.0-2+b1 amd64 libcbor (0.8.0-2)
libcc1-0 12.2.0-14+deb12u1 amd64 gcc-12
libclang-cpp14 1:14.0.6-12 amd64 llvm-toolchain-14
libclone-perl 0.46-1 amd64
libcolord2 1.4.6-2.2 amd64 colord
libcom-err2 1.47.0-2 amd64 e2fsprogs
libcrypt-dev 1:4.4.33-2 amd64 libxcrypt
libcrypt1 1:4.4.33-2 amd64 libxcrypt
libcryptsetup12 2:2.6.1-4~deb12u2 amd64 cryptsetup
libctf-nobfd0 2.40-2 amd64 binutils
libctf0 2.40-2 amd64 binutils
libcups2 2.4.2-3+deb12u8 amd64 cups
libcurl3-gnutls 7.88.1-10+deb12u14 amd64 curl
libcurl3-nss 7.88.1-10+deb12u14 amd64 curl
libcurl4 7.88.1-10+deb12u14 amd64 curl
libdaemon0 0.14-7.1 amd64 libdaemon
libdata-dump-perl 1.25-1 all
libdatrie1 0.2.13-2+b1 amd64 libdatrie (0.2.13-2)
libdav1d6 1.0.0-2+deb12u1 amd64 dav1d
libdb5.3 5.3.28+dfsg2-1 amd64 db5.3
libdbus-1-3 1.14.10-1~deb12u1 amd64 dbus
libdconf1 0.40.0-4 amd64 dconf
libde265-0 1.0.11-1+deb12u2 amd64 libde265
libdebconfclient0 0.270 amd64 cdebconf
libdebuginfod-common 0.188-2.1 all elfutils
libdebuginfod1 0.188-2.1 amd64 elfutils
libdeflate0 1.14-1 amd64 libdeflate
libdevmapper1.02.1 2:1.02.185-2 amd64 lvm2 (2.03.16-2)
libdouble-conversion3 3.2.1-1 amd64 double-conversion
libdpkg-perl 1.21.22 all dpkg
libdrm-amdgpu1 2.4.114-1+b1 amd64 libdrm (2.4.114-1)
libdrm-common 2.4.114-1 all libdrm
libdrm-intel1 2.4.114-1+b1 amd64 libdrm (2.4.114-1)
libdrm-nouveau2 2.4.114-1+b1 amd64 libdrm (2.4.114-1)
libdrm-radeon1 2.4.114-1+b1 amd64 libdrm (2.4.114-1)
libdrm2 2.4.114-1+b1 amd64 libdrm (2.4.114-1)
libduktape207 2.7.0-2 amd64 duktape
libdw1 0.188-2.1 amd64 elfutils
libedit2 3.1-20221030-2 amd64 libedit
libegl-dev 1.6.0-1 amd64 libglvnd
libegl-mesa0 22.3.6-1+deb12u1 amd64 mesa
libegl1 1.6.0-1 amd64 libglvnd
libelf1 0.188-2.1 amd64 elfutils
libencode-locale-perl 1.05-3 all
libepoxy0 1.5.10-1 amd64 libepoxy
liberror-perl 0.17029-2 all
libevent-2.1-7 2.1.12-stable-8 amd64 libevent
libevent-core-2.1-7 2.1.12-stable-8 amd64 libevent
libexpat1 2.5.0-1+deb12u1 amd64 expat
libexpat1-dev 2.5.0-1+deb12u1 amd64 expat
libext2fs2 1.47.0-2 amd64 e2fsprogs
libfakeroot 1.31-1.2 amd64 fakeroot
libfdisk1 2.38.1-5+deb12u3 amd64 util-linux
libffi-dev 3.4.4-1 amd64 libffi
libffi8 3.4.4-1 amd64 libffi
libfido2-1 1.12.0-2+b1 amd64 libfido2 (1.12.0-2)
libfile-basedir-perl 0.09-2 all
libfile-desktopentry-perl 0.22-3 all
libfile-fcntllock-perl 0.22-4+b1 amd64 libfile-fcntllock-perl (0.22-4)
libfile-listing-perl 6.15-1 all
libfile-mimeinfo-perl 0.33-1 all
libflac12 1.4.2+ds-2 amd64 flac
libfont-afm-perl 1.20-4 all
libfontconfig-dev 2.14.1-4 amd64 fontconfig
libfontconfig1 2.14.1-4 amd64 fontconfig
libfontconfig1-dev 2.14.1-4 amd64 fontconfig
libfontenc1 1:1.1.4-1 amd64 libfontenc
libfreetype-dev 2.12.1+dfsg-5+deb12u4 amd64 freetype
libfreetype6 2.12.1+dfsg-5+deb12u4 amd64 freetype
libfribidi0 1.0.8-2.1 amd64 fribidi
libgail-common 2.24.33-2+deb12u1 amd64 gtk+2.0
libgail18 2.24.33-2+deb12u1 amd64 gtk+2.0
libgav1-1 0.18.0-1+b1 amd64 libgav1 (0.18.0-1)
libgbm1 22.3.6-1+deb12u1 amd64 mesa
libgcc-12-dev 12.2.0-14+deb12u1 amd64 gcc-12
libgcc-s1 12.2.0-14+deb12u1 amd64 gcc-12
libgcrypt20 1.10.1-3 amd64
libgcrypt20-dev 1.10.1-3 amd64 libgcrypt20
libgd3 2.3.3-9 amd64 libgd2
libgdbm-compat4 1.23-3 amd64 gdbm
libgdbm6 1.23-3 amd64 gdbm
libgdk-pixbuf-2.0-0 2.42.10+dfsg-1+deb12u4 amd64 gdk-pixbuf
libgdk-pixbuf2.0-bin 2.42.10+dfsg-1+deb12u4 amd64 gdk-pixbuf
libgdk-pixbuf2.0-common 2.42.10+dfsg-1+deb12u4 all gdk-pixbuf
libgif7 5.2.1-2.5 amd64 giflib
libgirepository-1.0-1 1.74.0-3 amd64 gobject-introspection
libgl-dev 1.6.0-1 amd64 libglvnd
libgl1 1.6.0-1 amd64 libglvnd
libgl1-mesa-dev 22.3.6-1+deb12u1 amd64 mesa
libgl1-mesa-dri 22.3.6-1+deb12u1 amd64 mesa
libgl1-mesa-glx 22.3.6-1+deb12u1 amd64 mesa
libglapi-mesa 22.3.6-1+deb12u1 amd64 mesa
libgles-dev 1.6.0-1 amd64 libglvnd
libgles1 1.6.0-1 amd64 libglvnd
libgles2 1.6.0-1 amd64 libglvnd
libglib2.0-0 2.74.6-2+deb12u8 amd64 glib2.0
libglib2.0-bin 2.74.6-2+deb12u8 amd64 glib2.0
libglib2.0-data 2.74.6-2+deb12u8 all glib2.0
libglu1-mesa 9.0.2-1.1 amd64 libglu
libglu1-mesa-dev 9.0.2-1.1 amd64 libglu
libglut-dev 3.4.0-1 amd64 freeglut
libglut3.12 3.4.0-1 amd64 freeglut
libglvnd-core-dev 1.6.0-1 amd64 libglvnd
libglvnd-dev 1.6.0-1 amd64 libglvnd
libglvnd0 1.6.0-1 amd64 libglvnd
libglx-dev 1.6.0-1 amd64 libglvnd
libglx-mesa0 22.3.6-1+deb12u1 amd64 mesa
libglx0 1.6.0-1 amd64 libglvnd
libgmp-dev 2:6.2.1+dfsg1-1.1 amd64 gmp
libgmp10 2:6.2.1+dfsg1-1.1 amd64 gmp
libgmpxx4ldbl 2:6.2.1+dfsg1-1.1 amd64 gmp
libgnutls-dane0 3.7.9-2+deb12u6 amd64 gnutls28
libgnutls-openssl27 3.7.9-2+deb12u6 amd64 gnutls28
libgnutls28-dev 3.7.9-2+deb12u6 amd64 gnutls28
libgnutls30 3.7.9-2+deb12u6 amd64 gnutls28
libgnutlsxx30 3.7.9-2+deb12u6 amd64 gnutls28
libgomp1 12.2.0-14+deb12u1 amd64 gcc-12
libgpg-error-dev 1.46-1 amd64 libgpg-error
libgpg-error0 1.46-1 amd64 libgpg-error
libgpm2 1.20.7-10+b1 amd64 gpm (1.20.7-10)
libgprofng0 2.40-2 amd64 binutils
libgraphite2-3 1.3.14-1 amd64 graphite2
libgssapi-krb5-2 1.20.1-2+deb12u3 amd64 krb5
libgstreamer1.0-0 1.22.0-2+deb12u1 amd64 gstreamer1.0
libgtk-3-0 3.24.38-2~deb12u3 amd64 gtk+3.0
libgtk-3-bin 3.24.38-2~deb12u3 amd64 gtk+3.0
libgtk-3-common 3.24.38-2~deb12u3 all gtk+3.0
libgtk2.0-0 2.24.33-2+deb12u1 amd64 gtk+2.0
libgtk2.0-bin 2.24.33-2+deb12u1 amd64 gtk+2.0
libgtk2.0-common 2.24.33-2+deb12u1 all gtk+2.0
libgudev-1.0-0 237-2 amd64 libgudev
libhandy-1-0 1.8.1-1 amd64 libhandy-1
libharfbuzz-subset0 6.0.0+dfsg-3 amd64 harfbuzz
libharfbuzz0b 6.0.0+dfsg-3 amd64 harfbuzz
libheif1 1.15.1-1+deb12u1 amd64 libheif
libhogweed6 3.8.1-2 amd64 nettle
libhtml-form-perl 6.11-1 all
libhtml-format-perl 2.16-2 all
libhtml-parser-perl 3.81-1+deb12u1 amd64
libhtml-tagset-perl 3.20-6 all
libhtml-tree-perl 5.07-3 all
libhttp-cookies-perl 6.10-1 all
libhttp-daemon-perl 6.16-1+deb13u1~deb12u1 all
libhttp-date-perl 6.05-2 all
libhttp-message-perl 6.44-1 all
libhttp-negotiate-perl 6.01-2 all
libice-dev 2:1.0.10-1 amd64 libice
libice6 2:1.0.10-1 amd64 libice
libicu-dev 72.1-3+deb12u1 amd64 icu
libicu72 72.1-3+deb12u1 amd64 icu
libidn2-0 2.3.3-1+b1 amd64 libidn2 (2.3.3-1)
libidn2-dev 2.3.3-1+b1 amd64 libidn2 (2.3.3-1)
libimagequant0 2.17.0-1 amd64 libimagequant
libio-html-perl 1.004-3 all
libio-socket-ssl-perl 2.081-2 all
libio-stringy-perl 2.111-3 all io-stringy
libip4tc2 1.8.9-2 amd64 iptables
libipc-system-simple-perl 1.30-2 all
libipt2 2.0.5-1 amd64 intel-processor-trace
libisl23 0.25-1.1 amd64 isl
libitm1 12.2.0-14+deb12u1 amd64 gcc-12
libjansson4 2.14-2 amd64 jansson
libjbig0 2.1-6.1 amd64 jbigkit
libjpeg-dev 1:2.1.5-2 amd64 libjpeg-turbo
libjpeg62-turbo 1:2.1.5-2 amd64 libjpeg-turbo
libjpeg62-turbo-dev 1:2.1.5-2 amd64 libjpeg-turbo
libjq1 1.6-2.1+deb12u1 amd64 jq
libjs-jquery 3.6.1+dfsg+~3.5.14-1 all node-jquery
libjs-sphinxdoc 5.3.0-4 all sphinx
libjs-underscore 1.13.4~dfsg+~1.11.4-3 all underscore
libjson-c5 0.16-2 amd64 json-c
libjson-perl 4.10000-1 all
libjsoncpp25 1.9.5-4 amd64 libjsoncpp
libk5crypto3 1.20.1-2+deb12u3 amd64 krb5
libkeyutils1 1.6.3-2 amd64 keyutils
libkmod2 30+20221128-1 amd64 kmod
libkrb5-3 1.20.1-2+deb12u3 amd64 krb5
libkrb5support0 1.20.1-2+deb12u3 amd64 krb5
libksba8 1.6.3-2 amd64 libksba
liblcms2-2 2.14-2 amd64 lcms2
libldap-2.5-0 2.5.13+dfsg-5 amd64 openldap
libldap-common 2.5.13+dfsg-5 all openldap
libldb2 2:2.6.2+samba4.17.12+dfsg-0+deb12u4 amd64 samba (2:4.17.12+dfsg-0+deb12u4)
liblerc4 4.0.0+ds-2 amd64 lerc
libllvm14 1:14.0.6-12 amd64 llvm-toolchain-14
libllvm15 1:15.0.6-4+b1 amd64 llvm-toolchain-15 (1:15.0.6-4)
liblmdb0 0.9.24-1 amd64 lmdb
liblocale-gettext-perl 1.07-5 amd64
liblsan0 12.2.0-14+deb12u1 amd64 gcc-12
liblwp-mediatypes-perl 6.04-2 all
liblwp-protocol-https-perl 6.10-1 all
liblz4-1 1.9.4-1 amd64 lz4
liblzma-dev 5.4.1-1 amd64 xz-utils
liblzma5 5.4.1-1 amd64 xz-utils
libmagic-dev 1:5.44-3 amd64 file
libmagic-mgc 1:5.44-3 amd64 file
libmagic1 1:5.44-3 amd64 file
libmailtools-perl 2.21-2 all
libmd0 1.0.4-2 amd64 libmd
libminizip1 1.1-8+deb12u1 amd64 minizip
libmnl0 1.0.4-3 amd64 libmnl
libmount1 2.38.1-5+deb12u3 amd64 util-linux
libmp3lame0 3.100-6 amd64 lame
libmpc3 1.3.1-1 amd64 mpclib3
libmpfr6 4.2.0-1 amd64 mpfr4
libmpg123-0 1.31.2-1+deb12u1 amd64 mpg123
libncurses-dev 6.4-4 amd64 ncurses
libncurses5-dev 6.4-4 amd64 ncurses
libncurses6 6.4-4 amd64 ncurses
libncursesw5-dev 6.4-4 amd64 ncurses
libncursesw6 6.4-4 amd64 ncurses
libnet-dbus-perl 1.2.0-2 amd64
libnet-http-perl 6.22-1 all
libnet-smtp-ssl-perl 1.04-2 all
libnet-ssleay-perl 1.92-2+b1 amd64 libnet-ssleay-perl (1.92-2)
libnettle8 3.8.1-2 amd64 nettle
libnghttp2-14 1.52.0-1+deb12u2 amd64 nghttp2
libnotify4 0.8.1-1 amd64 libnotify
libnpth0 1.6-3 amd64 npth
libnsl-dev 1.3.0-2 amd64 libnsl
libnsl2 1.3.0-2 amd64 libnsl
libnspr4 2:4.35-1 amd64 nspr
libnspr4-dev 2:4.35-1 amd64 nspr
libnss-systemd 252.39-1~deb12u2 amd64 systemd
libnss3 2:3.87.1-1+deb12u2 amd64 nss
libnss3-dev 2:3.87.1-1+deb12u2 amd64 nss
libnuma1 2.0.16-1 amd64 numactl
libogg0 1.3.5-3 amd64 libogg
libonig5 6.9.8-1 amd64 libonig
libopencsd1 1.3.3-1 amd64 libopencsd
libopengl-dev 1.6.0-1 amd64 libglvnd
libopengl0 1.6.0-1 amd64 libglvnd
libopenh264-7 2.3.1+dfsg-3+deb12u2 amd64 openh264
libopenjp2-7 2.5.0-2+deb12u3 amd64 openjpeg2
libopus0 1.3.1-3 amd64 opus
libp11-kit-dev 0.24.1-2 amd64 p11-kit
libp11-kit0 0.24.1-2 amd64 p11-kit
libpackagekit-glib2-18 1.2.6-5+deb12u1 amd64 packagekit
libpam-cap 1:2.66-4+deb12u2+b2 amd64 libcap2 (1:2.66-4+deb12u2)
libpam-modules 1.5.2-6+deb12u1 amd64 pam
libpam-modules-bin 1.5.2-6+deb12u1 amd64 pam
libpam-runtime 1.5.2-6+deb12u1 all pam
libpam-systemd 252.39-1~deb12u2 amd64 systemd
libpam0g 1.5.2-6+deb12u1 amd64 pam
libpango-1.0-0 1.50.12+ds-1 amd64 pango1.0
libpangocairo-1.0-0 1.50.12+ds-1 amd64 pango1.0
libpangoft2-1.0-0 1.50.12+ds-1 amd64 pango1.0
libpangoxft-1.0-0 1.50.12+ds-1 amd64 pango1.0
libpciaccess0 0.17-2 amd64 libpciaccess
libpcre2-8-0 10.42-1 amd64 pcre2
libpcsclite1 1.9.9-2 amd64 pcsc-lite
libperl5.36 5.36.0-7+deb12u4 amd64 perl
libpfm4 4.13.0-1 amd64
libpipeline1 1.5.7-1 amd64 libpipeline
libpixman-1-0 0.42.2-1 amd64 pixman
libpkgconf3 1.8.1-1 amd64 pkgconf
libpng-dev 1.6.39-2+deb12u4 amd64 libpng1.6
libpng-tools 1.6.39-2+deb12u4 amd64 libpng1.6
libpng16-16 1.6.39-2+deb12u4 amd64 libpng1.6
libpolkit-agent-1-0 122-3 amd64 policykit-1
libpolkit-gobject-1-0 122-3 amd64 policykit-1
libpopt0 1.19+dfsg-1 amd64 popt
libpq-dev 15.18-0+deb12u1 amd64 postgresql-15
libpq5 15.18-0+deb12u1 amd64 postgresql-15
libproc2-0 2:4.0.2-3 amd64 procps
libpsl5 0.21.2-1 amd64 libpsl
libpthread-stubs0-dev 0.4-1 amd64 libpthread-stubs
libpulse0 16.1+dfsg1-2+b1 amd64 pulseaudio (16.1+dfsg1-2)
libpython3-dev 3.11.2-1+b1 amd64 python3-defaults (3.11.2-1)
libpython3-stdlib 3.11.2-1+b1 amd64 python3-defaults (3.11.2-1)
libpython3.11 3.11.2-6+deb12u6 amd64 python3.11
libpython3.11-dev 3.11.2-6+deb12u6 amd64 python3.11
libpython3.11-minimal 3.11.2-6+deb12u6 amd64 python3.11
libpython3.11-stdlib 3.11.2-6+deb12u6 amd64 python3.11
libquadmath0 12.2.0-14+deb12u1 amd64 gcc-12
libraqm0 0.7.0-4.1 amd64 raqm
librav1e0 0.5.1-6 amd64 rust-rav1e
libreadline-dev 8.2-1.3 amd64 readline
libreadline8 8.2-1.3 amd64 readline
libregexp-ipv6-perl 0.03-3 all
libreoffice-calc 4:7.4.7-1+deb12u14 amd64 libreoffice
libreoffice-common 4:7.4.7-1+deb12u14 all libreoffice
libreoffice-core 4:7.4.7-1+deb12u14 amd64 libreoffice
libreoffice-writer 4:7.4.7-1+deb12u14 amd64 libreoffice
librhash0 1.4.3-3 amd64 rhash
librsvg2-2 2.54.7+dfsg-1~deb12u1 amd64 librsvg
librsvg2-common 2.54.7+dfsg-1~deb12u1 amd64 librsvg
librtmp1 2.4+20151223.gitfa8646d.1-2+b2 amd64 rtmpdump (2.4+20151223.gitfa8646d.1-2)
libsasl2-2 2.1.28+dfsg-10 amd64 cyrus-sasl2
libsasl2-modules 2.1.28+dfsg-10 amd64 cyrus-sasl2
libsasl2-modules-db 2.1.28+dfsg-10 amd64 cyrus-sasl2
libseccomp2 2.5.4-1+deb12u1 amd64 libseccomp
libsecret-1-0 0.20.5-3 amd64 libsecret
libsecret-common 0.20.5-3 all libsecret
libselinux1 3.4-1+b6 amd64 libselinux (3.4-1)
libsemanage-common 3.4-1 all libsemanage
libsemanage2 3.4-1+b5 amd64 libsemanage (3.4-1)
libsensors-config 1:3.6.0-7.1 all lm-sensors
libsensors5 1:3.6.0-7.1 amd64 lm-sensors
libsepol2 3.4-2.1 amd64 libsepol
libslang2 2.3.3-3 amd64 slang2
libsm-dev 2:1.2.3-1 amd64 libsm
libsm6 2:1.2.3-1 amd64 libsm
libsmartcols1 2.38.1-5+deb12u3 amd64 util-linux
libsmbclient 2:4.17.12+dfsg-0+deb12u4 amd64 samba
libsndfile1 1.2.0-1+deb12u1 amd64 libsndfile
libsodium23 1.0.18-1+deb12u1 amd64 libsodium
libsource-highlight-common 3.1.9-4.2 all source-highlight
libsource-highlight4v5 3.1.9-4.2+b3 amd64 source-highlight (3.1.9-4.2)
libsqlite3-0 3.40.1-2+deb12u2 amd64 sqlite3
libsqlite3-dev 3.40.1-2+deb12u2 amd64 sqlite3
libss2 1.47.0-2 amd64 e2fsprogs
libssh2-1 1.10.0-3+b1 amd64 libssh2 (1.10.0-3)
libssl-dev 3.0.19-1~deb12u2 amd64 openssl
libssl3 3.0.19-1~deb12u2 amd64 openssl
libstdc++-12-dev 12.2.0-14+deb12u1 amd64 gcc-12
libstdc++6 12.2.0-14+deb12u1 amd64 gcc-12
libstemmer0d 2.2.0-2 amd64 snowball
libsvtav1enc1 1.4.1+dfsg-1 amd64 svt-av1
libsystemd-shared 252.39-1~deb12u2 amd64 systemd
libsystemd0 252.39-1~deb12u2 amd64 systemd
libtalloc2 2.4.0-f2 amd64 talloc
libtasn1-6 4.19.0-2+deb12u1 amd64
libtasn1-6-dev 4.19.0-2+deb12u1 amd64 libtasn1-6
libtasn1-doc 4.19.0-2+deb12u1 all libtasn1-6
libtcl8.6 8.6.13+dfsg-2 amd64 tcl8.6
libtdb1 1.4.8-2 amd64 tdb
libtevent0 0.14.1-1 amd64 tevent
libtext-iconv-perl 1.7-8 amd64
libthai-data 0.1.29-1 all libthai
libthai0 0.1.29-1 amd64 libthai
libtie-ixhash-perl 1.23-4 all
libtiff6 4.5.0-6+deb12u2 amd64 tiff
libtimedate-perl 2.3300-2 all
libtinfo6 6.4-4 amd64 ncurses
libtirpc-common 1.3.3+ds-1 all libtirpc
libtirpc-dev 1.3.3+ds-1 amd64 libtirpc
libtirpc3 1.3.3+ds-1 amd64 libtirpc
libtk8.6 8.6.13-2 amd64 tk8.6
libtry-tiny-perl 0.31-2 all
libtsan2 12.2.0-14+deb12u1 amd64 gcc-12
libubsan1 12.2.0-14+deb12u1 amd64 gcc-12
libuchardet0 0.0.7-1 amd64 uchardet
libudev1 252.39-1~deb12u2 amd64 systemd
libunbound8 1.17.1-2+deb12u4 amd64 unbound
libunistring2 1.0-2 amd64 libunistring
libunwind8 1.6.2-3 amd64 libunwind
libupower-glib3 0.99.20-2 amd64 upower
liburi-perl 5.17-1 all
libusb-1.0-0 2:1.0.26-1 amd64 libusb-1.0
libutempter0 1.2.1-3 amd64 libutempter
libuuid1 2.38.1-5+deb12u3 amd64 util-linux
libuv1 1.44.2-1+deb12u1 amd64
libvorbis0a 1.3.7-1 amd64 libvorbis
libvorbisenc2 1.3.7-1 amd64 libvorbis
libwayland-client0 1.21.0-1 amd64 wayland
libwayland-cursor0 1.21.0-1 amd64 wayland
libwayland-egl1 1.21.0-1 amd64 wayland
libwayland-server0 1.21.0-1 amd64 wayland
libwbclient0 2:4.17.12+dfsg-0+deb12u4 amd64 samba
libwebp7 1.2.4-0.2+deb12u1 amd64 libwebp
libwebpdemux2 1.2.4-0.2+deb12u1 amd64 libwebp
libwebpmux3 1.2.4-0.2+deb12u1 amd64 libwebp
libwww-perl 6.68-1 all
libwww-robotrules-perl 6.02-1 all
libx11-6 2:1.8.4-2+deb12u2 amd64 libx11
libx11-data 2:1.8.4-2+deb12u2 all libx11
libx11-dev 2:1.8.4-2+deb12u2 amd64 libx11
libx11-protocol-perl 0.56-9 all
libx11-xcb1 2:1.8.4-2+deb12u2 amd64 libx11
libx265-199 3.5-2+b1 amd64 x265 (3.5-2)
libxau-dev 1:1.0.9-1 amd64 libxau
libxau6 1:1.0.9-1 amd64 libxau
libxaw7 2:1.0.14-1 amd64 libxaw
libxcb-cursor0 0.1.4-1 amd64 xcb-util-cursor
libxcb-dri2-0 1.15-1 amd64 libxcb
libxcb-dri3-0 1.15-1 amd64 libxcb
libxcb-glx0 1.15-1 amd64 libxcb
libxcb-image0 0.4.0-2 amd64 xcb-util-image
libxcb-present0 1.15-1 amd64 libxcb
libxcb-randr0 1.15-1 amd64 libxcb
libxcb-render-util0 0.3.9-1+b1 amd64 xcb-util-renderutil (0.3.9-1)
libxcb-render0 1.15-1 amd64 libxcb
libxcb-shape0 1.15-1 amd64 libxcb
libxcb-shm0 1.15-1 amd64 libxcb
libxcb-sync1 1.15-1 amd64 libxcb
libxcb-util1 0.4.0-1+b1 amd64 xcb-util (0.4.0-1)
libxcb-xfixes0 1.15-1 amd64 libxcb
libxcb-xkb1 1.15-1 amd64 libxcb
libxcb1 1.15-1 amd64 libxcb
libxcb1-dev 1.15-1 amd64 libxcb
libxcomposite-dev 1:0.4.5-1 amd64 libxcomposite
libxcomposite1 1:0.4.5-1 amd64 libxcomposite
libxcursor1 1:1.2.1-1 amd64 libxcursor
libxdamage1 1:1.1.6-1 amd64 libxdamage
libxdmcp-dev 1:1.1.2-3 amd64 libxdmcp
libxdmcp6 1:1.1.2-3 amd64 libxdmcp
libxext-dev 2:1.3.4-1+b1 amd64 libxext (2:1.3.4-1)
libxext6 2:1.3.4-1+b1 amd64 libxext (2:1.3.4-1)
libxfixes-dev 1:6.0.0-2 amd64 libxfixes
libxfixes3 1:6.0.0-2 amd64 libxfixes
libxft-dev 2.3.6-1 amd64 xft
libxft2 2.3.6-1 amd64 xft
libxi6 2:1.8-1+b1 amd64 libxi (2:1.8-1)
libxinerama1 2:1.1.4-3 amd64 libxinerama
libxkbcommon-x11-0 1.5.0-1 amd64 libxkbcommon
libxkbcommon0 1.5.0-1 amd64 libxkbcommon
libxkbfile1 1:1.1.0-1 amd64 libxkbfile
libxml-parser-perl 2.46-4+deb12u1 amd64
libxml-twig-perl 1:3.52-2 all
libxml-xpathengine-perl 0.14-2 all
libxml2 2.9.14+dfsg-1.3~deb12u6 amd64
libxml2-dev 2.9.14+dfsg-1.3~deb12u6 amd64 libxml2
libxmlb2 0.3.10-2 amd64 libxmlb
libxmlsec1 1.2.37-2 amd64 xmlsec1
libxmlsec1-dev 1.2.37-2 amd64 xmlsec1
libxmlsec1-gcrypt 1.2.37-2 amd64 xmlsec1
libxmlsec1-gnutls 1.2.37-2 amd64 xmlsec1
libxmlsec1-nss 1.2.37-2 amd64 xmlsec1
libxmlsec1-openssl 1.2.37-2 amd64 xmlsec1
libxmu6 2:1.1.3-3 amd64 libxmu
libxmuu1 2:1.1.3-3 amd64 libxmu
libxnvctrl0 525.85.05-3~deb12u1 amd64 libxnvctrl
libxpm4 1:3.5.12-1.1+deb12u1 amd64 libxpm
libxrandr2 2:1.5.2-2+b1 amd64 libxrandr (2:1.5.2-2)
libxrender-dev 1:0.9.10-1.1 amd64 libxrender
libxrender1 1:0.9.10-1.1 amd64 libxrender
libxshmfence1 1.3-1 amd64 libxshmfence
libxslt1-dev 1.1.35-1+deb12u3 amd64 libxslt
libxslt1.1 1.1.35-1+deb12u3 amd64 libxslt
libxss-dev 1:1.2.3-1 amd64 libxss
libxss1 1:1.2.3-1 amd64 libxss
libxt-dev 1:1.2.1-1.1 amd64 libxt
libxt6 1:1.2.1-1.1 amd64 libxt
libxtables12 1.8.9-2 amd64 iptables
libxtst6 2:1.2.3-1.1 amd64 libxtst
libxv1 2:1.0.11-1.1 amd64 libxv
libxxf86dga1 2:1.1.5-1 amd64 libxxf86dga
libxxf86vm1 1:1.1.4-1+b2 amd64 libxxf86vm (1:1.1.4-1)
libxxhash0 0.8.1-1 amd64 xxhash
libyaml-0-2 0.2.5-1 amd64 libyaml
libyaml-dev 0.2.5-1 amd64 libyaml
libyuv0 0.0~git20230123.b2528b0-1 amd64 libyuv
libz3-4 4.8.12-3.1 amd64 z3
libz3-dev 4.8.12-3.1 amd64 z3
libzstd1 1.5.4+dfsg2-5 amd64 libzstd
linux-libc-dev 6.1.187-1 amd64 linux
linux-perf 6.1.187-1 amd64 linux
llvm 1:14.0-55.7~deb12u1 amd64 llvm-defaults (0.55.7~deb12u1)
llvm-14 1:14.0.6-12 amd64 llvm-toolchain-14
llvm-14-dev 1:14.0.6-12 amd64 llvm-toolchain-14
llvm-14-linker-tools 1:14.0.6-12 amd64 llvm-toolchain-14
llvm-14-runtime 1:14.0.6-12 amd64 llvm-toolchain-14
llvm-14-tools 1:14.0.6-12 amd64 llvm-toolchain-14
llvm-runtime 1:14.0-55.7~deb12u1 amd64 llvm-defaults (0.55.7~deb12u1)
locales 2.36-9+deb12u14 all glibc
login 1:4.13+dfsg1-1+deb12u1 amd64 shadow
logrotate 3.21.0-1 amd64
logsave 1.47.0-2 amd64 e2fsprogs
lsb-release 12.0-1 all lsb-release-minimal
lsof 4.95.0-1 amd64
lz4 1.9.4-1 amd64
mailcap 3.70+nmu1 all
make 4.3-4.1 amd64 make-dfsg
man-db 2.11.2-2 amd64
manpages 6.03-2 all
manpages-dev 6.03-2 all manpages
mariadb-client 1:10.11.19-0+deb12u1 amd64 mariadb
mariadb-server 1:10.11.19-0+deb12u1 amd64 mariadb
maven 3.8.7-1 all
mawk 1.3.4.20200120-3.1 amd64
media-types 10.0.0 all
memcached 1.6.18-1+deb12u1 amd64
mime-support 3.66 all
mount 2.38.1-5+deb12u3 amd64 util-linux
mozc-server 2.28.4715.102+dfsg-2.2+deb12u1 amd64 mozc
nats-server 2.9.10-1+b3 amd64 nats-server (2.9.10-1)
ncurses-base 6.4-4 all ncurses
ncurses-bin 6.4-4 amd64 ncurses
net-tools 2.10-0.1+deb12u2 amd64
netbase 6.4 all
nettle-dev 3.8.1-2 amd64 nettle
network-manager 1.42.4-1+deb12u1 amd64
nfs-common 1:2.6.2-4+deb12u1 amd64 nfs-utils
nftables 1.0.6-2+deb12u2 amd64
nginx 1.22.1-9+deb12u11 amd64
nginx-common 1.22.1-9+deb12u11 all nginx
ninja-build 1.11.1-2~deb12u1 amd64
nmap 7.93+dfsg1-1 amd64
nodejs 20.20.2-1nodesource1+repack1 amd64
notification-daemon 3.20.0-4+b1 amd64 notification-daemon (3.20.0-4)
nss-plugin-pem 1.0.8+1-1 amd64 nss-pem
openjdk-17-jdk 17.0.15+6-1~deb12u1 amd64 openjdk-17
openjdk-17-jdk-headless 17.0.15+6-1~deb12u1 amd64 openjdk-17
openjdk-17-jre 17.0.15+6-1~deb12u1 amd64 openjdk-17
openjdk-17-jre-headless 17.0.15+6-1~deb12u1 amd64 openjdk-17
openssh-client 1:9.2p1-2+deb12u6 amd64 openssh
openssh-server 1:9.2p1-2+deb12u10 amd64 openssh
openssh-sftp-server 1:9.2p1-2+deb12u10 amd64 openssh
openssl 3.0.19-1~deb12u2 amd64
openvpn 2.6.14-0+deb12u2 amd64
osslsigncode 2.9-1~bpo12+1 amd64
packagekit 1.2.6-5+deb12u1 amd64
packagekit-tools 1.2.6-5+deb12u1 amd64 packagekit
passwd 1:4.13+dfsg1-1+deb12u1 amd64 shadow
patch 2.7.6-7 amd64
perl 5.36.0-7+deb12u4 amd64
perl-base 5.36.0-7+deb12u4 amd64 perl
perl-modules-5.36 5.36.0-7+deb12u4 all perl
perl-openssl-defaults 7+b1 amd64 perl-openssl-defaults (7)
php8.2-cli 8.2.36-1~deb12u1 amd64 php8.2
php8.2-common 8.2.36-1~deb12u1 amd64 php8.2
php8.2-fpm 8.2.36-1~deb12u1 amd64 php8.2
pinentry-curses 1.2.1-1 amd64 pinentry
pkg-config 1.8.1-1 amd64 pkgconf
pkgconf 1.8.1-1 amd64
pkgconf-bin 1.8.1-1 amd64 pkgconf
polkitd 122-3 amd64 policykit-1
postfix 3.7.11-0+deb12u1 amd64
postgresql 15+248+deb12u1 all postgresql-common (248+deb12u1)
postgresql-15 15.18-0+deb12u1 amd64
postgresql-client-15 15.18-0+deb12u1 amd64 postgresql-15
postgresql-client-common 248+deb12u1 all postgresql-common
postgresql-common 248+deb12u1 all
postgresql-contrib 15+248+deb12u1 all postgresql-common (248+deb12u1)
procps 2:4.0.2-3 amd64
psmisc 23.6-1 amd64
publicsuffix 20230209.2326-1 all
python-apt-common 2.6.0 all python-apt
python3 3.11.2-1+b1 amd64 python3-defaults (3.11.2-1)
python3-apt 2.6.0 amd64 python-apt
python3-argcomplete 2.0.0-1 all python-argcomplete
python3-blinker 1.5-1 all blinker
python3-cairo 1.20.1-5+b1 amd64 pycairo (1.20.1-5)
python3-cffi-backend 1.15.1-5+b1 amd64 python-cffi (1.15.1-5)
python3-crcmod 1.7+dfsg-3+b3 amd64 python-crcmod (1.7+dfsg-3)
python3-cryptography 38.0.4-3+deb12u1 amd64 python-cryptography
python3-cups 2.0.1-5+b4 amd64 python-cups (2.0.1-5)
python3-cupshelpers 1.5.18-1 all system-config-printer
python3-dbus 1.3.2-4+b1 amd64 dbus-python (1.3.2-4)
python3-dev 3.11.2-1+b1 amd64 python3-defaults (3.11.2-1)
python3-distro 1.8.0-1 all python-distro
python3-distutils 3.11.2-3 all python3-stdlib-extensions
python3-gi 3.42.2-3+b1 amd64 pygobject (3.42.2-3)
python3-httplib2 0.20.4-3 all python-httplib2
python3-jwt 2.6.0-1 all pyjwt
python3-lazr.restfulclient 0.14.5-1 all lazr.restfulclient
python3-lazr.uri 1.0.6-3 all lazr.uri
python3-lib2to3 3.11.2-3 all python3-stdlib-extensions
python3-minimal 3.11.2-1+b1 amd64 python3-defaults (3.11.2-1)
python3-oauthlib 3.2.2-1 all python-oauthlib
python3-olefile 0.46-3 all olefile
python3-openssl 23.0.0-1 all pyopenssl
python3-pil 9.4.0-1.1+deb12u1 amd64 pillow
python3-pip 23.0.1+dfsg-1 all python-pip
python3-pip-whl 23.0.1+dfsg-1 all python-pip
python3-pkg-resources 66.1.1-1+deb12u2 all setuptools
python3-pygments 2.14.0+dfsg-1 all pygments
python3-pyparsing 3.0.9-1 all pyparsing
python3-requests 2.28.1+dfsg-1 all requests
python3-setuptools 66.1.1-1+deb12u2 all setuptools
python3-setuptools-whl 66.1.1-1+deb12u2 all setuptools
python3-six 1.16.0-4 all six
python3-smbc 1.0.23-2+b4 amd64 pysmbc (1.0.23-2)
python3-software-properties 0.99.30-4.1~deb12u1 all software-properties
python3-toml 0.10.2-1 all python-toml
python3-venv 3.11.2-1+b1 amd64 python3-defaults (3.11.2-1)
python3-wadllib 1.3.6-4 all python-wadllib
python3-wheel 0.38.4-2 all wheel
python3-xmltodict 0.13.0-1 all python-xmltodict
python3-yaml 6.0-3+b2 amd64 pyyaml (6.0-3)
python3.11 3.11.2-6+deb12u6 amd64
python3.11-dev 3.11.2-6+deb12u6 amd64 python3.11
python3.11-minimal 3.11.2-6+deb12u6 amd64 python3.11
python3.11-venv 3.11.2-6+deb12u6 amd64 python3.11
qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3 amd64 qemu (1:7.2+dfsg-7+deb12u18)
readline-common 8.2-1.3 all readline
redis-server 5:7.0.15-1~deb12u10 amd64 redis
redis-tools 5:7.0.15-1~deb12u10 amd64 redis
rpcsvc-proto 1.4.3-1 amd64
rsync 3.5.0+ds1-0+deb12u1 amd64
rsyslog 8.2302.0-1+deb12u2 amd64
runc 1.1.5+ds1-1+deb12u1 amd64
samba-common 2:4.17.12+dfsg-0+deb12u4 all samba
samba-libs 2:4.17.12+dfsg-0+deb12u4 amd64 samba
screen 4.9.0-4 amd64
sed 4.9-1 amd64
sensible-utils 0.0.17+nmu1 all
sgml-base 1.31 all
shared-mime-info 2.2-1 amd64
smbclient 2:4.17.12+dfsg-0+deb12u4 amd64 samba
snapd 2.57.6-1+deb12u1+b2 amd64 snapd (2.57.6-1+deb12u1)
snmpd 5.9.3+dfsg-2+deb12u1 amd64 net-snmp
software-properties-common 0.99.30-4.1~deb12u1 all software-properties
sqlite3 3.40.1-2+deb12u2 amd64
ssl-cert 1.1.2 all
strace 6.1-0.1 amd64
strongswan 5.9.8-5+deb12u6 all
sudo 1.9.13p3-1+deb12u4 amd64
system-config-printer 1.5.18-1 all
system-config-printer-common 1.5.18-1 all system-config-printer
system-config-printer-udev 1.5.18-1 amd64 system-config-printer
systemd 252.39-1~deb12u2 amd64
systemd-sysv 252.39-1~deb12u2 amd64 systemd
systemd-timesyncd 252.39-1~deb12u2 amd64 systemd
sysvinit-utils 3.06-4 amd64 sysvinit
tar 1.34+dfsg-1.2+deb12u1 amd64
tcl 8.6.13 amd64 tcltk-defaults
tcl-dev 8.6.13 amd64 tcltk-defaults
tcl8.6 8.6.13+dfsg-2 amd64
tcl8.6-dev 8.6.13+dfsg-2 amd64 tcl8.6
tcpdump 4.99.3-1 amd64
thunderbird 1:153.7.0esr-1~deb12u1 amd64
time 1.9-0.2 amd64
tk 8.6.13 amd64 tcltk-defaults
tk-dev 8.6.13 amd64 tcltk-defaults
tk8.6 8.6.13-2 amd64
tk8.6-dev 8.6.13-2 amd64 tk8.6
tmux 3.3a-3 amd64
tomcat10 10.1.60-1~deb12u1 all
tzdata 2025b-0+deb12u2 all
ucf 3.0043+nmu1+deb12u1 all
udev 252.39-1~deb12u2 amd64 systemd
ufw 0.36.2-1 all
unattended-upgrades 2.9.1+nmu3 all
universal-ctags 5.9.20210829.0-1 amd64
unzip 6.0-28 amd64
upower 0.99.20-2 amd64
usr-is-merged 37~deb12u1 all usrmerge
util-linux 2.38.1-5+deb12u3 amd64
util-linux-extra 2.38.1-5+deb12u3 amd64 util-linux
uuid-dev 2.38.1-5+deb12u3 amd64 util-linux
valgrind 1:3.19.0-1 amd64
vim 2:9.0.1378-2+deb12u2 amd64
vim-common 2:9.0.1378-2+deb12u2 all vim
vim-runtime 2:9.0.1378-2+deb12u2 all vim
vlc 3.0.24-0+deb12u1 amd64
wget 1.21.3-1+deb12u1 amd64
wireguard-tools 1.0.20210914-1+b1 amd64 wireguard (1.0.20210914-1)
wireshark-common 4.0.17-0+deb12u3 amd64 wireshark
wpasupplicant 2:2.10-12+deb12u3 amd64 wpa
x11-common 1:7.7+23 all xorg
x11-utils 7.7+5 amd64
x11-xserver-utils 7.7+9+b1 amd64 x11-xserver-utils (7.7+9)
x11proto-dev 2022.1-1 all xorgproto
xauth 1:1.1.2-1 amd64
xdg-user-dirs 0.18-1 amd64
xdg-utils 1.1.3-4.1 all
xkb-data 2.35.1-1 all xkeyboard-config
xml-core 0.18+nmu1 all
xorg-sgml-doctools 1:1.11-1.1 all
xtrans-dev 1.4.0-1 all xtrans
xxd 2:9.0.1378-2+deb12u2 amd64 vim
xz-utils 5.4.1-1 amd64
yq 3.1.0-3 all
zip 3.0-13 amd64
zlib1g 1:1.2.13.dfsg-1 amd64 zlib
zlib1g-dev 1:1.2.13.dfsg-1 amd64 zlib
zsh 5.9-4+b15 amd64 zsh (5.9-4)
zstd 1.5.4+dfsg2-5 amd64 libzstd
zutty 0.14.0.20230218+dfsg1-1 amd64
`;
