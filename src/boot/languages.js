// The first formatter of a page takes as long as everything else of a frame together: the browser reads its tables of languages
// then. In a task of its own, while the module is still being compiled elsewhere, nobody waits for it.
setTimeout(() => new Intl.RelativeTimeFormat(navigator.language).format(-1, 'minute'));
