// <owntracks-dashboard src="https://home.example/map/" friends="alice/phone" from="today"></owntracks-dashboard>
//
// A dashboard as an element of another page (docs/embedding.md). Attributes are the parameters of docs/url.md; what the
// page inside says arrives as events: ready, friends, selected, moved, notice. The origin of this page has to be named
// in the dashboard's config.json (embed.origins), or nothing is said or heard.
//
// A classic script, so that it can be had from another origin without asking that origin's leave.

{
  const VERSION_KEY = 'owntracks-dashboard';
  const VERSION = 1;
  const PARAMETERS = ['friends', 'from', 'to', 'layers', 'colour', 'map', 'follow', 'ui', 'parts', 'kiosk', 'every', 'theme', 'lang', 'units', 'tz'];
  const TOLD = ['ready', 'friends', 'selected', 'moved', 'notice', 'error'];

  class OwnTracksDashboard extends HTMLElement {
    static observedAttributes = ['src', ...PARAMETERS];

    #frame = document.createElement('iframe');
    #listen = (event) => this.#hear(event);

    constructor() {
      super();
      const style = new CSSStyleSheet();
      style.replaceSync(':host { display: block; min-width: 240px; min-height: 180px; } :host([hidden]) { display: none; } iframe { width: 100%; height: 100%; border: 0; display: block; }');
      const shadow = this.attachShadow({ mode: 'open' });
      shadow.adoptedStyleSheets = [style];
      shadow.append(this.#frame);
      this.#frame.addEventListener('load', () => this.#say('hello'));
    }

    connectedCallback() {
      addEventListener('message', this.#listen);
      this.#load();
    }

    disconnectedCallback() {
      removeEventListener('message', this.#listen);
    }

    attributeChangedCallback() {
      if (this.isConnected) this.#load();
    }

    /** Shows a place: `view({ lat, lon, zoom })`, or `view({ fit: 'friends' })`, or `view({ fit: 'history' })`. */
    view(where) {
      this.#say('view', where);
    }

    /** The map follows `'user/device'`, or nobody (`null`). */
    follow(friend) {
      this.#say('follow', { friend });
    }

    /** Selects `'user/device'`, or nobody (`null`). */
    select(friend) {
      this.#say('select', { friend });
    }

    /** Shows a history: `history({ friends: ['alice/phone'], from: 'yesterday', to: 'today' })`; what is left out stays. */
    history(which) {
      this.#say('history', which);
    }

    /** Shows layers: `layers(['live', 'line'])`, perhaps with a colour: `layers(['line'], 'speed')`. */
    layers(layers, colour) {
      this.#say('layers', { layers, colour });
    }

    /** `'light'`, `'dark'` or `'auto'`; nothing is kept. */
    theme(theme) {
      this.#say('theme', { theme });
    }

    #url() {
      const src = this.getAttribute('src');
      if (!src) return null;
      const url = new URL(src, document.baseURI);
      if (!/^https?:$/.test(url.protocol)) return null;
      if (!url.searchParams.has('ui')) url.searchParams.set('ui', 'embed');
      for (const name of PARAMETERS) if (this.hasAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      return url;
    }

    #load() {
      const url = this.#url();
      if (!url) return this.#frame.removeAttribute('src');
      this.#frame.title = this.getAttribute('title') || 'OwnTracks';
      this.#frame.allow = 'geolocation; fullscreen';
      if (this.#frame.src !== url.href) this.#frame.src = url.href;
    }

    #say(type, rest = {}) {
      const url = this.#url();
      if (url) this.#frame.contentWindow?.postMessage({ [VERSION_KEY]: VERSION, type, ...rest }, url.origin);
    }

    #hear(event) {
      if (event.source !== this.#frame.contentWindow || event.origin !== this.#url()?.origin) return;
      const { [VERSION_KEY]: version, type, ...detail } = event.data ?? {};
      if (version === VERSION && TOLD.includes(type)) this.dispatchEvent(new CustomEvent(type, { detail }));
    }
  }

  customElements.define('owntracks-dashboard', OwnTracksDashboard);
}
