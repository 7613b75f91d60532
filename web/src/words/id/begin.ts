/** Welcome, making an account, its login card, signing in. */
export const begin = {
  welcome: {
    title: "Selamat datang",
    heading: "Sekali ditabuh, semua mendengar.",
    lead: "Guru dan petugas menulis sekali; tiap orang menerima salinannya sendiri, untuk sekelas atau sekabupaten.",
    picture: "Satu kentongan ditabuh, tiga puluh menyahut.",
    start: "Buat akun",
    signIn: "Sudah punya kartu",
    invited: "Diundang ke kelas atau kanal? Buka tautannya, atau pindai kode di lembar undangan.",
    facts: {
      sealed: [
        "Isi kabar",
        "Disandikan di perangkat penulisnya. Hub yang mengantarkan tidak dapat membacanya.",
      ],
      phone: [
        "Nomor telepon",
        "Tidak diminta, jadi tidak ada yang dapat melihatnya. Kata sandi pun tidak ada.",
      ],
      members: ["Anggota lain", "Tidak melihat siapa saja yang ikut."],
      genuine: [
        "Keaslian",
        "Tiap kabar ditandatangani penerbitnya. Tidak ada orang lain yang dapat menulis atas namanya.",
      ],
    },
    language: "Bahasa",
  },
  make: {
    title: "Akun baru",
    heading: "Buat akun di perangkat ini",
    lead: "Tanpa nomor telepon dan tanpa kata sandi. Kuncinya dibuat di perangkat ini, dan akun Anda hanya dapat dibuka dengan kartu masuk.",
    name: "Nama Anda",
    nameHint:
      "Dilihat guru dan petugas di kelas yang Anda ikuti, dan di balasan Anda. Hub tidak mengetahuinya. Boleh dikosongkan dulu.",
    button: "Buat akun",
    working: "Kunci sedang dibuat di perangkat ini",
    made: "Kunci sudah dibuat.",
    toInbox: "Ke Kabar",
  },
  card: {
    title: "Kartu masuk",
    heading: "Simpan kartu masuk",
    lead: "Kartu ini satu-satunya jalan kembali kalau ponsel hilang atau ganti. Siapa pun yang memegangnya dapat masuk sebagai Anda.",
    once: "Ditampilkan sekali ini saja: kartu tidak disimpan di perangkat ini, dan hub tidak mengetahuinya.",
    name: "Kartu masuk",
    code: "Kode QR kartu masuk",
    letters: "Huruf dan angka kartu",
    saveImage: "Simpan gambar",
    imageSaved: "Gambar kartu disimpan. Siapa pun yang membuka gambar itu dapat masuk sebagai Anda.",
    passwords: "Pengelola sandi",
    passwordsAsked:
      "Peramban bertanya apakah kartu boleh disimpan. Kalau tidak bertanya, cetak atau catat saja.",
    copied: "Kartu tersalin. Tempelkan di pengelola sandi Anda, bukan di percakapan.",
    tick: "Kartu sudah saya cetak, catat, atau simpan.",
    tickFirst: "Simpan dulu kartunya, lalu beri centang di sini.",
    go: "Mulai",
    lost: "Kartu hilang? Dari perangkat yang masih masuk, Anda dapat membuat yang baru.",
    use: (origin: string) =>
      `Untuk masuk di perangkat lain: buka ${origin}, pilih “Sudah punya kartu”, lalu pindai kodenya atau ketik huruf dan angkanya.`,
    keep: "Simpan seperti kunci rumah. Tidak seorang pun dapat memberi Anda kartu ini sekali lagi.",
    file: "kartu-masuk-kentongan",
  },
  pending: {
    heading: "Kartu Anda belum dipastikan",
    lead: "Akun Anda sudah ada di perangkat ini. Kartu yang tadi tampil tidak dapat ditampilkan lagi, karena tidak disimpan di mana pun.",
    saved: "Sudah saya simpan: periksa",
    renew: "Belum: buat kartu baru",
    later: "Nanti saja",
    laterText: "Tanpa kartu, akun ini hilang bersama perangkat ini.",
  },
  signIn: {
    title: "Masuk",
    heading: "Masuk dengan kartu",
    lead: "Ketik huruf dan angka di kartu masuk Anda, atau pindai kodenya.",
    card: "Kartu masuk",
    cardHint: "Huruf besar atau kecil sama saja; spasi dan tanda hubung boleh dilewati.",
    show: "Tampilkan yang diketik",
    progress: (n: number) => `${n} dari 27 huruf dan angka`,
    button: "Masuk",
    working: "Akun sedang dibuka dengan kartu ini",
    lost: "Kartu hilang",
    lostText: [
      "Masih ada perangkat yang masuk? Buka Saya, Kartu masuk di sana, lalu buat kartu baru. Kartu lama jadi tidak berlaku.",
      "Kartunya tersimpan di pengelola sandi? Pilih dari sana; peramban mengisinya sendiri.",
      "Tidak ada keduanya? Akun itu tidak dapat dibuka lagi, juga tidak oleh operator hub. Buat akun baru, lalu minta guru atau petugas menerima Anda lagi dan mengeluarkan akun yang lama.",
    ],
    makeNew: "Buat akun baru",
    here: (name: string) =>
      `Di peramban ini sudah masuk ${name}. Keluar dulu kalau ingin memakai kartu lain.`,
    wrong: {
      length: (n: number) =>
        `Kartu terdiri dari 27 huruf dan angka; ini ${n}. Periksa kelompok mana yang terlewat.`,
      symbol: (symbol: string) => `“${symbol}” tidak ada di kartu mana pun. Mungkin huruf yang mirip?`,
      check:
        "Ada satu yang salah ketik, atau dua yang tertukar: tanda terakhir tidak cocok dengan yang lain. Bandingkan lagi kelompok demi kelompok.",
      unknown: (host: string) =>
        `Kartu ini ditulis dengan benar, tetapi ${host} tidak mengenalnya. Mungkin kartu untuk hub lain: alamatnya tercetak di kartu. Atau kartu ini sudah diganti dengan yang baru.`,
      damaged:
        "Kartu ini dikenal, tetapi simpanan akunnya di hub rusak. Jangan buang kartunya. Beri tahu operator hub; perangkat yang masih masuk dapat menyimpannya kembali dengan membuat kartu baru.",
      notCard: "Itu bukan kode kartu masuk.",
    },
    welcome: "Anda sudah masuk.",
  },
};
