/** The floor: asks for the view, writes what it says as text, and reports two frames later. Does nothing else. */
const { kiosk } = window

function show(view) {
  const { sequence, session } = view.snapshot
  document.querySelector('main').textContent = session.userCode ?? session.kind
  const report = () => kiosk.painted({ sequence, kind: session.kind, generation: session.generation, untouchedMs: 0 })
  requestAnimationFrame(() => requestAnimationFrame(report))
}

kiosk.onView(show)
kiosk.getView().then(show)
