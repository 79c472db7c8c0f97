/** A phone that reads a code. Decoration: the words beside it say what to do. */
export function PhonePicture() {
  return (
    <svg className="phone-picture" viewBox="0 0 96 144" aria-hidden="true">
      <rect className="phone-body" x="6" y="4" width="84" height="136" rx="17" />
      <path className="phone-speaker" d="M40 16h16" />
      <path
        className="phone-frame"
        d="M24 52v-8a5 5 0 0 1 5-5h8M59 39h8a5 5 0 0 1 5 5v8M72 79v8a5 5 0 0 1-5 5h-8M37 92h-8a5 5 0 0 1-5-5v-8"
      />
      <path
        className="phone-code"
        d="M33 48h11v11H33zM52 48h11v11H52zM33 72h11v11H33zM52 72h5v5h-5zM58 78h5v5h-5zM48 62h4v4h-4zM58 63h5v5h-5z"
      />
      <path className="phone-ray" d="M21 65.5h54" />
      <path className="phone-speaker" d="M38 118h20" />
    </svg>
  )
}
