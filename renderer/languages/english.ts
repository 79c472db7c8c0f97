/** English. The only file of the page with English words in it. */
import type { Wording } from './wording.ts'

export const english: Wording = {
  languageTag: 'en',
  attract: { touchToSignIn: 'Touch to sign in' },
  preparing: { title: 'One moment', body: 'We are getting a sign-in code for you.' },
  renewing: 'A new code is on its way',
  approve: {
    title: 'Approve sign-in',
    stepsWithLink: [
      { title: 'Scan with your phone' },
      { title: 'Sign in with your work account' },
      { title: 'Look up', detail: 'This screen opens by itself.' },
    ],
    stepsWithCode: [
      { title: 'Scan with your phone' },
      { title: 'Enter this code', detail: 'Then sign in with your work account.' },
      { title: 'Look up', detail: 'This screen opens by itself.' },
    ],
    qrName: 'QR code to sign in',
    withoutCamera: 'No camera? Open',
    andEnter: 'and enter',
    userCodeName: (spelled) => `Code: ${spelled}`,
    dash: 'dash',
    timeLeftName: (clock) => `Time left: ${clock}`,
    timeLeft: 'left to use this code',
    newCodeSoon: 'A new code is coming',
    phishing: 'This code is only ever shown on this screen. Never type a code someone sent you.',
    waiting: 'Waiting for your phone',
    pollTrouble: {
      network: 'No connection right now',
      service: 'Sign-in is slow right now',
      kiosk: 'This kiosk is held up right now',
    },
    codeStaysGood: 'This code stays good. We keep trying.',
    replaced: {
      'used-up': 'The last code could not be used any more. Please use this new one.',
      expired: 'This is a new code; the last one has expired.',
    },
  },
  confirming: {
    welcome: (name) => `Welcome, ${name}.`,
    question: 'Is this you?',
    advice: 'Start only if you have just approved this sign-in on your own phone.',
    startShift: 'Start shift',
    notMe: 'Not me',
    secondsLeft: (seconds) =>
      seconds === 1
        ? 'Without an answer, this closes in 1 second.'
        : `Without an answer, this closes in ${seconds} seconds.`,
  },
  signedIn: {
    title: 'You are signed in',
    body: 'Press “End shift” before you leave.',
    endShift: 'End shift',
    timeLeft: (hours, minutes) => (hours === 0 ? `${minutes} min left` : `${hours} h ${minutes} min left`),
    idle: {
      question: 'Still there?',
      secondsLeft: (seconds) =>
        seconds === 1 ? 'This session ends in 1 second.' : `This session ends in ${seconds} seconds.`,
      stillHere: 'I’m still here',
      spoken: 'This session is about to end. Touch the screen to stay signed in.',
    },
  },
  ended: {
    'signed-out': { title: 'Your shift has ended', body: 'You signed out. Nothing of you is kept on this kiosk.' },
    'not-me': {
      title: 'Sign-in cancelled',
      body: 'Somebody at this screen pressed “Not me”. Nothing of that sign-in was kept.',
    },
    'not-confirmed': {
      title: 'Sign-in cancelled',
      body: 'Nobody pressed “Start shift” in time, so the kiosk cancelled it.',
    },
    'shift-over': { title: 'Your shift has ended', body: 'The time for a shift is over, so the kiosk signed you out.' },
    idle: {
      title: 'You were signed out',
      body: 'Nobody used this kiosk for a while, so it ended the session. Nothing of you is kept on it.',
    },
    'provider-ended': {
      title: 'Your shift has ended',
      body: 'Your organisation ended this session. You can sign in again.',
    },
    'not-renewed': {
      title: 'Your shift has ended',
      body: 'The sign-in service could not be reached for too long. You can sign in again.',
    },
    'screen-lost': {
      title: 'Signed out for safety',
      body: 'The screen of this kiosk had to restart. Please sign in again.',
    },
    restarted: {
      title: 'Signed out for safety',
      body: 'This kiosk had to restart. Please sign in again.',
    },
    wiped: {
      title: 'This kiosk was cleared',
      body: 'Your organisation cleared it remotely. Nothing of you is kept on it.',
    },
  },
  trouble: {
    notices: {
      'name-not-resolved': {
        title: 'We can’t find the sign-in service',
        body: 'The network does not know its address. The kiosk keeps looking by itself.',
      },
      'connection-refused': {
        title: 'The connection was refused',
        body: 'The network or the sign-in service turned this kiosk away. It keeps trying by itself.',
      },
      'provider-unreachable': {
        title: 'We can’t reach the sign-in service',
        body: 'The network may be down. The kiosk keeps trying by itself.',
      },
      'captive-portal': {
        title: 'A page of this network is in the way',
        body: 'It answers in place of the sign-in service. Please tell IT. The kiosk keeps trying by itself.',
      },
      'proxy-unreachable': {
        title: 'The way to the internet is closed',
        body: 'Your organisation’s gateway is not answering. The kiosk keeps trying by itself.',
      },
      'proxy-refused': {
        title: 'The way to the internet is blocked',
        body: 'Your organisation’s gateway does not let this kiosk through. Please tell IT. It keeps trying by itself.',
      },
      'clock-wrong': {
        title: 'The clock of this kiosk is wrong',
        body: 'With a wrong time nobody can be signed in safely. Please tell IT. The kiosk checks again by itself.',
      },
      'provider-timeout': {
        title: 'The sign-in service is slow to answer',
        body: 'The kiosk waits a little and asks again.',
      },
      'provider-untrusted': {
        title: 'The connection is not safe',
        body: 'The sign-in service could not prove who it is, so the kiosk stopped. It checks again by itself.',
      },
      'provider-throttled': {
        title: 'Many people are signing in',
        body: 'The sign-in service asked us to wait. The kiosk carries on by itself.',
      },
      'provider-unavailable': {
        title: 'The sign-in service is not available',
        body: 'It has a fault of its own. The kiosk keeps trying by itself.',
      },
      'provider-answer-invalid': {
        title: 'The sign-in service gave a wrong answer',
        body: 'The kiosk did not understand it and asks again.',
      },
      'provider-refused-client': {
        title: 'This kiosk is not allowed to sign people in',
        body: 'Please tell the reception or IT. The kiosk asks again by itself.',
      },
      'too-many-codes': {
        title: 'Please wait a moment',
        body: 'Many codes were asked for in a short time. The kiosk shows the next one by itself.',
      },
      'verification-link-untrusted': {
        title: 'Sign-in is paused for safety',
        body: 'The sign-in service named an unexpected address, so the kiosk shows no code. Please tell IT.',
      },
      'provider-error': {
        title: 'The sign-in service reported a fault',
        body: 'The kiosk tries again by itself.',
      },
      'sign-in-blocked': {
        title: 'Your organisation does not allow this sign-in',
        body: 'One of its rules stopped it. Please tell IT. Nobody was signed in, and a new code follows.',
      },
      'sign-in-declined': {
        title: 'The sign-in was declined',
        body: 'Somebody said no on the phone. Nobody was signed in, and a new code follows.',
      },
      'token-invalid': {
        title: 'We could not verify this sign-in',
        body: 'For safety the kiosk dropped it. Nobody was signed in, and a new code follows.',
      },
      'person-not-allowed': {
        title: 'This account may not use this kiosk',
        body: 'The sign-in worked, but the account is not admitted here. Nothing of it was kept, and a new code follows.',
      },
      'scope-not-granted': {
        title: 'This sign-in came with the wrong permissions',
        body: 'So the kiosk dropped it. Please tell IT. Nobody was signed in, and a new code follows.',
      },
      'vault-unavailable': {
        title: 'This kiosk cannot keep a sign-in safe',
        body: 'Its protected memory is not available. The kiosk checks again by itself.',
      },
      'helper-unreachable': {
        title: 'A part of this kiosk is not answering',
        body: 'It is being started again. This takes a moment.',
      },
      unexpected: {
        title: 'Something went wrong',
        body: 'It is nothing you did. The kiosk tries again by itself.',
      },
    },
    retryIn: (clock) => `Trying again in ${clock}`,
    retrying: 'Trying again now',
    tryNow: 'Try now',
    supportCode: 'Support code',
  },
  unprovisioned: {
    title: 'This kiosk is not set up yet',
    body: (problems) =>
      problems === 1
        ? 'One thing to fix. The kiosk starts by itself once it is done.'
        : `${problems} things to fix. The kiosk starts by itself once they are done.`,
    deviceId: 'Device',
    problemsName: 'What to fix',
    furtherProblems: (problems) => `and ${problems} more`,
  },
  support: {
    name: 'Support',
    close: 'Close',
    technician: {
      title: 'Technician access',
      advice: 'Give device and challenge to your operations team. They answer with ten digits.',
      deviceId: 'Device',
      challenge: 'Challenge',
      goodFor: 'Good for',
      digitsName: (count) => (count === 1 ? '1 of 10 digits typed' : `${count} of 10 digits typed`),
      keypadName: 'Digits of the answer',
      clear: 'Clear',
      delete: 'Delete the last digit',
      check: 'Check',
      triesLeft: (tries) => (tries === 1 ? '1 try left' : `${tries} tries left`),
      notes: {
        wrong: 'That was not right.',
        renewed: 'The last challenge has run out. This is a new one.',
      },
      locked: {
        title: 'Too many wrong answers',
        body: 'This kiosk takes no answer for a while. Switching it off does not make the wait shorter.',
      },
      tryAgainIn: (clock) => `Try again in ${clock}`,
      unavailable: {
        'no-secret': {
          title: 'No technician access',
          body: 'No technician secret is installed on this device. Nobody can be let in at the screen.',
        },
        'secret-unusable': {
          title: 'No technician access',
          body: 'The technician secret on this device cannot be used. The helper’s log says why.',
        },
        'state-unusable': {
          title: 'No technician access',
          body: 'This device cannot count wrong answers, so it lets nobody in. The helper’s log says why.',
        },
        'too-many-challenges': {
          title: 'One moment',
          body: 'This kiosk was asked for too many challenges. There will be another one in a minute.',
        },
        'no-answer': {
          title: 'No answer from the kiosk',
          body: 'Its helper may be restarting. Please try again.',
        },
      },
      askAgain: 'Try again',
      granted: { title: 'You are in', body: 'What you do here is recorded.' },
      accessFor: (clock) => `Your access lasts ${clock} more.`,
      leave: 'Leave the kiosk',
      restart: 'Restart the screen',
      leaving: {
        title: 'Leave the kiosk?',
        body: 'Whoever is signed in is signed out. Nobody can use this screen until it is started again.',
      },
      leaveNow: 'Leave now',
      stay: 'Stay',
    },
  },
  starting: 'Starting',
  unlinked: {
    starting: { title: 'Starting', body: 'This kiosk will be ready in a moment.' },
    away: { title: 'Back in a moment', body: 'This kiosk is restarting. You don’t have to do anything.' },
  },
}
