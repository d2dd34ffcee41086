// The style sheet of the panels, which are out of sight until it is there. One that does not come is missed less than they are.
const link = document.createElement('link');
link.rel = 'stylesheet';
link.href = new URL('./later.css', import.meta.url);
link.onerror = () => (document.getElementById('panels').style.visibility = 'visible');
document.head.append(link);
