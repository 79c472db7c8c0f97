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

export function GlobeIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M3.5 12h17M12 3.5c2.6 2.5 3.8 5.3 3.8 8.5s-1.2 6-3.8 8.5c-2.6-2.5-3.8-5.3-3.8-8.5S9.4 6 12 3.5Z" />
    </Icon>
  )
}

export function HelpIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M9.6 9.6c.1-1.4 1.1-2.3 2.5-2.3 1.4 0 2.4.9 2.4 2.1 0 1.8-2.4 2-2.4 3.9M12 16.5v.1" />
    </Icon>
  )
}

export function CameraIcon() {
  return (
    <Icon>
      <path d="M4 8.5h3.5L9 6h6l1.5 2.5H20v10H4v-10Z" />
      <circle cx="12" cy="13.2" r="3" />
    </Icon>
  )
}

export function SignalIcon() {
  return (
    <Icon>
      <path d="M3.5 9.5c4.9-4.6 12.1-4.6 17 0M6.5 13c3.2-3 7.8-3 11 0M9.5 16.3c1.5-1.3 3.5-1.3 5 0M12 19.4v.1" />
    </Icon>
  )
}

export function CodeIcon() {
  return (
    <Icon>
      <path d="M4 6.5h16v11H4v-11ZM7.5 12h.1m2.9 0h.1m2.9 0h.1m2.9 0h.1" />
    </Icon>
  )
}

export function StopIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="m6.2 6.2 11.6 11.6" />
    </Icon>
  )
}

export function ChevronIcon() {
  return (
    <Icon>
      <path d="m6.5 9.5 5.5 5.5 5.5-5.5" />
    </Icon>
  )
}

export function CloseIcon() {
  return (
    <Icon>
      <path d="m6 6 12 12m0-12L6 18" />
    </Icon>
  )
}
