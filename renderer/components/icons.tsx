/** The few drawn signs of the kiosk. Decoration: each stands beside words that say the same. */
import type { ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  )
}

export function ShieldIcon() {
  return (
    <Icon>
      <path d="M12 3 5 5.8v5.4c0 4.5 2.9 7.9 7 9.8 4.1-1.9 7-5.3 7-9.8V5.8L12 3Z" />
      <path d="m9 11.8 2.2 2.2 4-4.2" />
    </Icon>
  )
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="m5.5 12.5 4.3 4.3 8.7-9.3" />
    </Icon>
  )
}

export function DeleteIcon() {
  return (
    <Icon>
      <path d="M9 5.5h10.5v13H9L3 12l6-6.5Z" />
      <path d="m11.8 9.5 4.6 5m0-5-4.6 5" />
    </Icon>
  )
}

export function AttentionIcon() {
  return (
    <Icon>
      <path d="M12 5v8.5" />
      <path d="M12 18.6v.1" />
    </Icon>
  )
}
