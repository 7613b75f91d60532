/** Joining by an invitation, with and without an account. */
export const join = {
  title: "Bergabung",
  looking: "Undangan sedang diperiksa",
  unnamedKind: { approval: "kelas ini", open: "kanal ini" },
  heading: {
    approval: (name: string) => `Gabung ke ${name}?`,
    open: (name: string) => `Ikuti ${name}?`,
  },
  lead: {
    approval: "Kelas: penerbitnya menerima Anda dulu, lalu kabarnya sampai.",
    open: "Kanal: Anda langsung ikut, tanpa menunggu.",
  },
  nameClaim: "Nama ini ditulis di undangannya; pastikan Anda mendapatkannya dari orang yang Anda kenal.",
  publishers: (n: string) => `${n} penerbit`,
  seal: "Undangan asli: ditandatangani penerbitnya",
  code: (short: string) => `kode ${short}`,
  replies: "Balasan",
  members: ["Anggota lain", "Tidak dapat melihat Anda, sekarang atau nanti"],
  past: "Kabar sebelum Anda bergabung",
  pastIs: { "same key": "Dapat dibaca", "from joining": "Tidak dapat dibaca" },
  approvals: "Persetujuan sebelum terbit",
  until: "Undangan berlaku sampai",
  blind: [
    "Hub tidak dapat membaca",
    "Kabar dibuka hanya di perangkat Anda. Yang dapat membacanya: anggota dan penerbit.",
  ],
  hostedTitle: "Operator dapat membaca di sini",
  hostedText: (host: string) => [
    "Kuncinya dijalankan oleh ",
    host,
    ", supaya kabar terbit sendiri dari sistem mereka. Mereka dapat membaca pengumuman dan balasan Anda.",
  ],
  hostedNote:
    "Kelas dan kanal lain yang Anda ikuti tidak terpengaruh. Kalau pengelolanya berubah, itu kanal lain, dan Anda ditanya lagi.",
  known: "Yang diketahui hub tentang Anda",
  knows: {
    approval: [
      "Diketahui",
      "Bahwa akun ini minta bergabung dan ikut di sini, kapan kabar sampai, dan kapan Anda menekan “Saya mengerti”",
    ],
    open: [
      "Diketahui",
      "Bahwa akun ini ikut di sini, kapan kabar sampai, dan kapan Anda menekan “Saya mengerti”",
    ],
  },
  knowsNot: ["Tidak diketahui", "Nama Anda, nama kelas atau kanal ini, nomor telepon, dan isi kabarnya"],
  tick: (host: string) => `Saya tahu ${host} dapat membaca di sini.`,
  tickFirst: "Baca dulu kotak di atas, lalu beri centang di sini.",
  name: "Nama Anda",
  nameHint: "Hanya guru atau petugas yang membacanya; hub tidak.",
  nameHintApproval: "Supaya mereka mengenali Anda. Hanya guru atau petugas yang membacanya; hub tidak.",
  nameMissing: "Tulis nama Anda, supaya guru atau petugas tahu siapa yang minta bergabung.",
  label: "Sebut apa kelas atau kanal ini?",
  labelHint: "Hanya untuk Anda. Boleh dikosongkan.",
  button: { approval: "Minta bergabung", open: "Gabung" },
  no: "Tidak jadi",
  working: { approval: "Permintaan sedang dikirim", open: "Kunci Anda sedang dibuat di perangkat ini" },
  visitor: {
    title: "Buat akun dulu",
    text: "Tanpa nomor telepon dan kata sandi, kurang dari semenit. Setelah itu Anda kembali ke undangan ini.",
    make: "Buat akun, lalu bergabung",
    signIn: "Sudah punya kartu",
  },
  asked: {
    title: "Permintaan terkirim",
    text: (name: string) => `Guru atau petugas ${name} melihat nama Anda dan menerima Anda.`,
    wait: [
      "Selanjutnya",
      "Tidak perlu menunggu di halaman ini. Kabar pertama muncul di Kabar begitu Anda diterima.",
    ],
    late: ["Lama tidak diterima?", "Ingatkan guru atau petugas Anda untuk membuka Kentongan."],
    withdraw: "Batalkan permintaan",
    withdrawn: "Permintaan dibatalkan.",
  },
  in: {
    title: (name: string) => `Anda sudah ikut ${name}`,
    text: "Kabar berikutnya langsung sampai di perangkat ini.",
    accepted: "Anda sudah diterima.",
    news: "Ke Kabar",
    about: "Lihat aturannya",
  },
  publisher: {
    title: (name: string) => `Anda penerbit di ${name}`,
    text: "Kuncinya dikirim penerbit lain lewat surat tersandi.",
  },
  already: (name: string) => `Anda sudah ikut ${name}`,
  alreadyAsked: (name: string) => `Anda sudah minta bergabung ke ${name}`,
  dead: {
    expired: {
      title: "Undangan ini sudah kedaluwarsa",
      text: (day: string) => `Berlaku sampai ${day}. Mintalah yang baru kepada guru atau petugas.`,
    },
    closed: {
      title: "Undangan ini sudah ditutup",
      text: () =>
        "Penerbit menutupnya, atau sudah habis dipakai. Mintalah yang baru kepada guru atau petugas.",
    },
    full: {
      title: "Sedang penuh",
      text: () => "Tempatnya habis untuk sementara. Coba lagi nanti, atau beri tahu guru atau petugas.",
    },
  },
  mistyped: {
    title: "Undangan ini tidak lengkap",
    text: "Tautannya terpotong atau salah ketik. Salin seluruhnya, juga semua yang sesudah tanda #, atau pindai kodenya.",
  },
  elsewhere: {
    title: "Undangan untuk hub lain",
    text: (host: string) => `Undangan ini milik ${host}. Akun di sini tidak berlaku di sana.`,
    open: (host: string) => `Buka di ${host}`,
  },
  enter: {
    heading: "Gabung dengan undangan",
    lead: "Buka tautan dari guru atau petugas, pindai kode di poster, atau tempel tautannya di sini.",
    label: "Tautan undangan",
    hint: "Mulai dengan https:// dan berisi tanda #.",
    empty: "Tempel tautan undangannya dulu.",
    button: "Periksa undangan",
    none: "Tidak ada kode undangan di foto itu.",
  },
};
