// Adds to pages that work without it: the reader's zone, keys, live updates, copying, and the chart that zooms.
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;
  root.classList.add('script');

  // The zone is told to the server by a cookie, so that times come right in the page. Loaded again once, when it is new.
  var zone = '';
  try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone || ''; } catch (e) { zone = ''; }
  function cookie(name) {
    var found = doc.cookie.split('; ').filter(function (c) { return c.indexOf(name + '=') === 0; })[0];
    return found ? found.slice(name.length + 1) : '';
  }
  var wanted = encodeURIComponent(zone);
  if (zone && zone !== 'UTC' && cookie('tocsin_zone') !== wanted) {
    doc.cookie = 'tocsin_zone=' + wanted + '; path=/; max-age=31536000; samesite=strict';
    if (cookie('tocsin_zone') === wanted) { location.reload(); return; }
  }

  function all(sel, in_) { return Array.prototype.slice.call((in_ || doc).querySelectorAll(sel)); }
  function main() { return doc.getElementById('main'); }

  // Forms say that they are at work; a second press does nothing.
  doc.addEventListener('submit', function (e) {
    var b = e.submitter || e.target.querySelector('button');
    if (e.target.dataset.sent) { e.preventDefault(); return; }
    if (e.target.method === 'post') { e.target.dataset.sent = '1'; }
    if (b && b.dataset.busy) { b.setAttribute('aria-busy', 'true'); b.textContent = b.dataset.busy; }
  });
  window.addEventListener('pageshow', function () { all('form[data-sent]').forEach(function (f) { delete f.dataset.sent; }); });
  doc.addEventListener('change', function (e) {
    var f = e.target.form;
    if (f && f.hasAttribute('data-auto') && e.target.tagName === 'SELECT') { f.requestSubmit(); }
  });

  // A whole row is a link; text in it can still be selected.
  doc.addEventListener('click', function (e) {
    var t = e.target;
    var copy = t.closest('[data-copy]');
    if (copy) { put(copy, copy.parentNode.querySelector('pre').textContent); return; }
    if (t.closest('[data-copy-lines]')) {
      put(t.closest('[data-copy-lines]'), all('#lines li').map(function (li) {
        return all('time,.level,.host,.line', li).map(function (x) { return x.textContent.trim(); }).join(' ');
      }).join('\n'));
      return;
    }
    if (t.closest('[data-wrap]')) { all('.lines').forEach(function (l) { l.classList.toggle('nowrap'); }); return; }
    var zoom = t.closest('[data-zoom]');
    if (zoom) { zoomChart(zoom); return; }
    var note = t.closest('a[href="?note=1#note"]');
    if (note && doc.getElementById('note')) {
      e.preventDefault();
      doc.getElementById('note').hidden = false;
      // After the key that opened it, which is no part of the note.
      setTimeout(function () { doc.getElementById('notetext').focus(); }, 60);
      return;
    }
    all('details.pop[open]').forEach(function (d) { if (!d.contains(t)) { d.open = false; } });
    var row = t.closest('tr.go');
    if (!row || t.closest('a,button,input,summary') || String(getSelection())) { return; }
    var a = row.querySelector('a.row');
    if (a) { if (e.metaKey || e.ctrlKey) { window.open(a.href); } else { location.href = a.href; } }
  });
  function put(button, text) {
    var was = button.innerHTML;
    function said(word) { button.textContent = word; setTimeout(function () { button.innerHTML = was; }, 1500); }
    if (!navigator.clipboard) { said('Not allowed here'); return; }
    navigator.clipboard.writeText(text).then(function () { said('Copied'); }, function () { said('Not allowed here'); });
  }

  // Keys. Ignored while a field has focus; each is also a button or a link.
  var going = 0, places = { o: '/', i: '/incidents', s: '/services', t: '/templates', r: '/rules', n: '/noise', h: '/health' };
  doc.addEventListener('keydown', function (e) {
    var t = e.target;
    if (e.ctrlKey || e.metaKey || e.altKey) { return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName) && t.type !== 'checkbox') { if (e.key === 'Escape') { t.blur(); } return; }
    if (Date.now() - going < 1500 && places[e.key]) { going = 0; location.href = places[e.key]; return; }
    going = 0;
    var keys = doc.getElementById('keys');
    switch (e.key) {
      case 'g': going = Date.now(); return;
      case '/': focusOn(doc.getElementById('search')); e.preventDefault(); return;
      case '?': if (keys.open) { keys.close(); } else { keys.showModal(); } return;
      case 'Escape': if (!keys.open) { var up = doc.querySelector('.crumbs a'); if (up) { location.href = up.href; } } return;
      case 'j': move(1); return;
      case 'k': move(-1); return;
    }
    if (inList(e.key)) { e.preventDefault(); return; }
    if (/^[a-z]$/.test(e.key)) {
      var b = doc.querySelector('main [data-key="' + e.key + '"], .top [data-key="' + e.key + '"]');
      if (b) { e.preventDefault(); b.click(); }
    }
  });
  function focusOn(el) { if (el) { el.focus(); if (el.select) { el.select(); } } }
  function move(by) {
    var rows = all('tr.go a.row').filter(function (a) { return a.offsetParent; });
    var at = rows.indexOf(doc.activeElement);
    var next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (next) { next.focus(); next.closest('tr').scrollIntoView({ block: 'nearest' }); }
  }

  // In a list of incidents a, r and s act on the row that has the focus, x selects it, and a and r act on all that are selected.
  function inList(key) {
    var row = doc.activeElement && doc.activeElement.closest('tr[data-id]'), form = doc.getElementById('acts');
    var tick = row && row.querySelector('input.tick'), picked = all('input.tick:checked');
    if (!form || !/^[arsx]$/.test(key)) { return false; }
    if (key === 's') { if (tick) { location.href = '/silences/new?incident=' + encodeURIComponent(row.dataset.id); } return !!row; }
    if (key === 'x') { if (tick) { tick.checked = !tick.checked; } return !!row; }
    if (!picked.length && tick) { tick.checked = true; picked = [tick]; }
    if (!picked.length) { return true; } // nothing is meant: the form is not sent empty
    var taken = picked.every(function (p) { return p.closest('tr').dataset.status === 'acknowledged'; });
    form.querySelector(key === 'r' ? '[formaction$="/resolve"]' : taken ? '[formaction$="/unacknowledge"]' : 'button:not([formaction])').click();
    return true;
  }

  // Live: the rail says the rate; a page is fetched again when something on it changed, unless somebody is busy in it.
  // However much changes it is fetched every five seconds at most, and not by all readers at once.
  var due = 0, lost = 0, fetched = 0;
  function busy() {
    var a = doc.activeElement;
    return doc.hidden || String(getSelection()) || all('main details[open], .zoomed, .tick:checked, #note:not([hidden])').length ||
      (a && main() && main().contains(a) && /^(INPUT|SELECT|TEXTAREA)$/.test(a.tagName));
  }
  function refresh() {
    if (due) { return; }
    due = setTimeout(function () {
      due = 0;
      var m = main();
      if (!m || !m.hasAttribute('data-live-page') || !window.htmx) { return; }
      if (busy()) { setTimeout(refresh, 5000); return; }
      fetched = Date.now();
      window.htmx.trigger(m, 'tocsin:change');
    }, Math.max(500 + 1000 * Math.random(), fetched + 5000 - Date.now()));
  }
  function live(what, text) { all('[data-live="' + what + '"]').forEach(function (e) { e.textContent = text; }); }
  // A page that came anew is as the reader left it: what had the focus has it, lines are wrapped or not, and the rail counts anew.
  function nameOf(el) {
    var form = el && el.form ? el.form.getAttribute('action') : '';
    return el && main() && main().contains(el) ? [el.tagName, el.getAttribute('href') || '', form, (el.dataset || {}).key || '', el.value || ''].join(' ') : '';
  }
  var refocus = '', nowrap = false;
  doc.addEventListener('htmx:beforeSwap', function () { refocus = nameOf(doc.activeElement); nowrap = all('.lines.nowrap').length > 0; });
  doc.addEventListener('htmx:afterSettle', function () {
    if (nowrap) { all('.lines').forEach(function (l) { l.classList.add('nowrap'); }); }
    var open = main() && main().dataset.open;
    if (open) {
      all('.nav a[href="/incidents"]').forEach(function (a) {
        var b = a.querySelector('.badge');
        if (b) { b.remove(); }
        if (open !== '0') {
          b = doc.createElement('span');
          b.className = 'badge'; b.textContent = open; b.setAttribute('aria-label', open + ' open');
          a.appendChild(b);
        }
      });
    }
    if (!refocus) { return; }
    var again = all('a[href], button, input, summary', main()).filter(function (x) { return nameOf(x) === refocus; })[0];
    refocus = '';
    if (again) { again.focus({ preventScroll: true }); }
  });
  if (window.EventSource) {
    var source = new EventSource('/live');
    source.addEventListener('open', function () { if (lost) { refresh(); } lost = 0; stale(false); });
    source.addEventListener('error', function () { if (!lost) { lost = Date.now(); setTimeout(function () { stale(lost > 0); }, 10000); } });
    source.addEventListener('rate', function (e) {
      var d = JSON.parse(e.data);
      live('word', d.word); live('rate', d.rate); live('until', d.until); live('brief', d.brief);
      all('[data-live="dot"]').forEach(function (x) { x.className = 'dot ' + d.class; });
    });
    source.addEventListener('incident', refresh);
    source.addEventListener('first', refresh);
    source.addEventListener('line', function () { if (location.pathname === '/connect') { refresh(); } });
    window.addEventListener('beforeunload', function () { source.close(); });
    setInterval(function () { if (main() && main().hasAttribute('data-live-page')) { refresh(); } }, 30000);
  }
  // What is on its way is asked for soon.
  setInterval(function () { if (doc.querySelector('main [data-soon]')) { refresh(); } }, 2000);
  function stale(is) { var s = doc.getElementById('stale'); if (s) { s.hidden = !is; } }

  // The incident's chart with a cursor and zoom, by uPlot, loaded only when it is asked for.
  function zoomChart(button) {
    var box = doc.getElementById('chart');
    if (box.classList.contains('zoomed')) { location.reload(); return; }
    button.textContent = 'Zooming…';
    var css = doc.createElement('link');
    css.rel = 'stylesheet'; css.href = doc.body.dataset.uplotCss; doc.head.appendChild(css);
    var s = doc.createElement('script');
    s.src = doc.body.dataset.uplot;
    s.onload = function () {
      fetch(button.dataset.zoom).then(function (r) { return r.json(); }).then(function (i) { draw(box, i); button.textContent = 'As it was'; });
    };
    s.onerror = function () { button.textContent = 'Not loaded'; };
    doc.head.appendChild(s);
  }
  function draw(box, i) {
    var c = i.chart, css = getComputedStyle(root);
    function col(n) { return css.getPropertyValue('--' + n).trim(); }
    var m = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(c.bucket) || [];
    var step = (+m[1] || 0) * 3600 + (+m[2] || 0) * 60 + (+m[3] || 0) || 10, start = Date.parse(c.start) / 1000;
    var x = c.observed.map(function (_, k) { return start + k * step; });
    var clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: cookie('tocsin_utc') === '1' || !zone ? 'UTC' : zone });
    function hms(t) { return clock.format(new Date(t * 1000)); }
    var axis = { stroke: col('text3'), grid: { stroke: col('line'), width: 1 }, ticks: { stroke: col('line2'), width: 1 } };
    var marks = [[i.onset, 'critical']].concat((i.timeline || []).filter(function (e) { return /opened|acknowledged|resolved|deploy/.test(e.kind); })
      .map(function (e) { return [e.at, e.kind === 'resolved' ? 'ok' : 'text2']; }));
    box.textContent = '';
    box.classList.add('zoomed');
    var panel = doc.createElement('div');
    panel.className = 'panel uplot-box';
    box.appendChild(panel);
    new window.uPlot({
      width: panel.clientWidth - 34, height: 300,
      cursor: { drag: { x: true, y: false } },
      scales: { y: { range: function (_, lo, hi) { return [0, Math.max(hi * 1.05, 1)]; } } },
      series: [{ label: 'time', value: function (_, t) { return t == null ? '–' : hms(t); } }, { label: 'observed', stroke: col('obs'), width: 1.5 }, { label: 'low', stroke: col('bandedge') }, { label: 'high', stroke: col('bandedge') }],
      bands: [{ series: [3, 2], fill: col('band') }], axes: [Object.assign({ values: function (_, at) { return at.map(function (t) { return hms(t).slice(0, 5); }); } }, axis), axis],
      hooks: { draw: [function (u) {
        marks.forEach(function (k) {
          var px = Math.round(u.valToPos(Date.parse(k[0]) / 1000, 'x', true));
          if (px < u.bbox.left || px > u.bbox.left + u.bbox.width) { return; }
          u.ctx.strokeStyle = col(k[1]); u.ctx.lineWidth = 1; u.ctx.beginPath();
          u.ctx.moveTo(px, u.bbox.top); u.ctx.lineTo(px, u.bbox.top + u.bbox.height); u.ctx.stroke();
        });
      }] }
    }, [x, c.observed, c.low && c.low.length ? c.low : x.map(function () { return null; }), c.high && c.high.length ? c.high : x.map(function () { return null; })], panel);
  }
})();
