/** Everything the kiosk says, as one type: a language is one record of it, and the compiler finds what it lacks. */
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { EndReason, ReplacedBecause } from '../../contract/session-state.ts'
import type { TechnicianUnavailableBecause } from '../../contract/technician-access.ts'
import type { PollTroubleKind } from '../poll-trouble-kind.ts'

/** What happened, in one line, and what it means for the person at the screen. */
export type Notice = { title: string; body: string }
export type Step = { title: string; detail?: string }

export type Wording = {
  /** BCP 47. */
  languageTag: string
  attract: { touchToSignIn: string }
  preparing: Notice
  renewing: string
  approve: {
    title: string
    stepsWithLink: readonly Step[]
    stepsWithCode: readonly Step[]
    qrName: string
    withoutCamera: string
    andEnter: string
    userCodeName: (spelled: string) => string
    dash: string
    timeLeftName: (clock: string) => string
    timeLeft: string
    newCodeSoon: string
    phishing: string
    waiting: string
    /** What holds a poll up; `codeStaysGood` follows it. */
    pollTrouble: Record<PollTroubleKind, string>
    codeStaysGood: string
    replaced: Record<NonNullable<ReplacedBecause>, string>
  }
  confirming: {
    welcome: (name: string) => string
    question: string
    advice: string
    startShift: string
    notMe: string
    secondsLeft: (seconds: number) => string
  }
  signedIn: Notice & {
    endShift: string
    timeLeft: (hours: number, minutes: number) => string
    idle: {
      question: string
      secondsLeft: (seconds: number) => string
      stillHere: string
      /** For the ear, which hears the warning once and no countdown. */
      spoken: string
    }
  }
  ended: Record<EndReason, Notice>
  trouble: {
    notices: Record<TroubleCode, Notice>
    retryIn: (clock: string) => string
    retrying: string
    tryNow: string
    supportCode: string
  }
  unprovisioned: {
    title: string
    body: (problems: number) => string
    deviceId: string
    problemsName: string
    furtherProblems: (problems: number) => string
  }
  support: {
    name: string
    close: string
    technician: {
      title: string
      advice: string
      deviceId: string
      challenge: string
      goodFor: string
      digitsName: (count: number) => string
      keypadName: string
      clear: string
      delete: string
      check: string
      triesLeft: (tries: number) => string
      notes: Record<'wrong' | 'renewed', string>
      locked: Notice
      tryAgainIn: (clock: string) => string
      unavailable: Record<TechnicianUnavailableBecause | 'no-answer', Notice>
      askAgain: string
      granted: Notice
      accessFor: (clock: string) => string
      leave: string
      restart: string
      leaving: Notice
      leaveNow: string
      stay: string
    }
  }
  starting: string
  unlinked: { starting: Notice; away: Notice }
}
