/** The address to open without a camera. A long one breaks only before a slash. */
import { Fragment } from 'react'
import { shortUrl, shortUrlParts } from '../short-url.ts'

/** Longer addresses are set smaller, so that they keep to two lines. */
const LONG_ADDRESS_LETTERS = 34

export function ShortAddress({ verificationUri }: { verificationUri: string }) {
  const isLong = shortUrl(verificationUri).length > LONG_ADDRESS_LETTERS
  return (
    <p className="short-address" dir="ltr" data-long={isLong}>
      {shortUrlParts(verificationUri).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </p>
  )
}
