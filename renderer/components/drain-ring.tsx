/** A ring that drains. Decoration: the time left always stands in it or beside it as text. */
export function DrainRing({ percentLeft }: { percentLeft: number }) {
  return (
    <svg className="drain-ring" viewBox="0 0 100 100" aria-hidden="true">
      <circle className="drain-ring-track" cx="50" cy="50" r="45" />
      <circle
        className="drain-ring-rest"
        cx="50"
        cy="50"
        r="45"
        pathLength="100"
        strokeDasharray={`${Math.min(100, Math.max(0, percentLeft)).toFixed(1)} 100`}
      />
    </svg>
  )
}
