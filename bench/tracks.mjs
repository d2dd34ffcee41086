// Deterministic tracks of the stand-in Recorder and of stores written for our own server: seeded by user and device, a point every
// 10 s, ending at END.
import crypto from 'node:crypto';

export const END = Date.parse('2026-06-30T21:59:50Z') / 1000; // last point of every bench track
export const SPACING = 10;
/** The device's name is the number of its points. */
export const SIZES = { n0: 0, n1k: 1e3, n5k: 5e3, n10k: 1e4, n30k: 3e4, n50k: 5e4, n100k: 1e5, n200k: 2e5, n300k: 3e5, n500k: 5e5, n1m: 1e6, n2m: 2e6, n5m: 5e6 };
export const USERS = { alice: { phone: 8640, watch: 2000 }, bob: { phone: 4000 }, carol: { tablet: 1500 }, bench: SIZES, ping: { ping: 1 } };
export const CARDS = { 'alice/phone': { name: 'Alice Example', tid: 'AL' }, 'bob/phone': { name: 'Bob Example', tid: 'BO' } };
const HOME = { alice: [48.8566, 2.3522], bob: [48.87, 2.30], carol: [48.83, 2.40], bench: [48.8566, 2.3522], ping: [51.47879, -0.010677] };

function rng(seed) { let a = seed >>> 0; return () => { a = (a + 0x6D2B79F5) | 0; let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; }; }
const GH = '0123456789bcdefghjkmnpqrstuvwxyz';
function ghash(lat, lon, n = 7) { let a = -90, b = 90, c = -180, d = 180, ev = true, bit = 0, ch = 0, s = ''; while (s.length < n) { if (ev) { const m = (c + d) / 2; if (lon > m) { ch = ch * 2 + 1; c = m; } else { ch *= 2; d = m; } } else { const m = (a + b) / 2; if (lat > m) { ch = ch * 2 + 1; a = m; } else { ch *= 2; b = m; } } ev = !ev; if (++bit === 5) { s += GH[ch]; bit = 0; ch = 0; } } return s; }
const iso = (t) => new Date(t * 1000).toISOString().slice(0, 19) + 'Z';
const isoL = (t) => new Date((t + 7200) * 1000).toISOString().slice(0, 19) + '+0200';

// Walk/drive/stay movement model around home. Drives are bent streets with turns; walks wander; stays jitter.
export function* track(user, device, n) {
  const r = rng(crypto.createHash('md5').update(user + '/' + device).digest().readUInt32LE(0));
  const [hlat, hlon] = HOME[user]; let lat = hlat, lon = hlon, hd = r() * 6.283, mode = 'stay', left = 60, sp = 0, alt = 35, batt = 100;
  const k = Math.cos(hlat * Math.PI / 180);
  for (let i = 0; i < n; i++) {
    if (left-- <= 0) { const x = r(); if (mode !== 'stay' && x < 0.55) { mode = 'stay'; left = 60 + (r() * 900 | 0); } else if (x < 0.75) { mode = 'drive'; left = 60 + (r() * 260 | 0); } else { mode = 'walk'; left = 40 + (r() * 300 | 0); } hd = r() * 6.283; }
    const dx = (lon - hlon) * 111320 * k, dy = (lat - hlat) * 110540, dist = Math.hypot(dx, dy);
    const pull = mode === 'drive' ? 25000 : 3000;
    if (dist > pull && r() < 0.1) hd = Math.atan2(-dx, -dy) + (r() - 0.5);
    let olat = lat, olon = lon, acc = 4 + r() * 12;
    if (mode === 'drive') { if (r() < 0.08) hd += (r() < 0.5 ? -1 : 1) * (0.8 + r() * 0.9); hd += (r() - 0.5) * 0.12; sp = Math.max(2, Math.min(33, sp + (r() - 0.48) * 6)); }
    else if (mode === 'walk') { hd += (r() - 0.5) * 0.6; sp = 1 + r() * 0.8; } else { sp = 0; acc = 8 + r() * 25; }
    lat += Math.cos(hd) * sp * SPACING / 110540; lon += Math.sin(hd) * sp * SPACING / (111320 * k);
    olat = lat + (r() - 0.5) * (mode === 'stay' ? 1.2e-4 : 4e-5); olon = lon + (r() - 0.5) * (mode === 'stay' ? 1.8e-4 : 6e-5);
    if (r() < 0.001) { olat += (r() - 0.5) * 0.06; olon += (r() - 0.5) * 0.08; acc = 300 + r() * 1700; }  // outlier
    alt += (r() - 0.5) * 2; if (alt < 5) alt = 5; batt -= 0.004; if (batt < 5) batt = 100;
    const t = END - (n - 1 - i) * SPACING;
    const o = { _type: 'location', BSSID: mode === 'stay' ? 'b0:f2:08:46:7e:2a' : undefined, SSID: mode === 'stay' ? 'home-net' : undefined,
      acc: Math.round(acc), alt: Math.round(alt), batt: Math.round(batt), bs: mode === 'stay' ? 2 : 1, cog: Math.round(((hd * 57.2958) % 360 + 360) % 360), conn: mode === 'stay' ? 'w' : 'm', created_at: t + 1, lat: +olat.toFixed(6), lon: +olon.toFixed(6), m: 2, t: mode === 'stay' ? 'p' : 't', tid: (CARDS[user + '/' + device] || {}).tid || user.slice(0, 2), topic: `owntracks/${user}/${device}`, tst: t, vac: 3, vel: Math.round(sp * 3.6),
      inregions: mode === 'stay' && dist < 400 ? ['Home'] : undefined, poi: (i % 20000) === 9999 ? 'POI ' + (i / 20000 | 0) : (user === 'alice' && i === 6000 ? 'Nice cafe' : undefined),
      ghash: ghash(olat, olon), isorcv: iso(t + 1), isotst: iso(t), disptst: iso(t).slice(0, 19).replace('T', ' '), tzname: 'Europe/Paris', isolocal: isoL(t) };
    yield o;
  }
}
