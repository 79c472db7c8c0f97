import { describe, expect, it } from 'vitest'
import { FOLDERS, PROGRAM_FILES, REGISTRY } from '../../build/windows/windows-product.mjs'
import { isApplicable, isDetected } from './evaluate-rules.mjs'
import { bundleApp, programApp, rollbackApp, trustApp } from './render-intune-data.mjs'

const VERSION = '1.4.0'
const PROGRAM = Object.values(PROGRAM_FILES).map((path) => `${FOLDERS.programs}\\${path}`)
const programValue = `HKEY_LOCAL_MACHINE\\${REGISTRY.product.key}\\${REGISTRY.product.version}`
const dataValue = (what) => `HKEY_LOCAL_MACHINE\\${REGISTRY[what].key}\\${REGISTRY[what].version}`

const machine = (files, registry = {}) => ({ files: new Set(files), registry: new Map(Object.entries(registry)) })
const installed = (version) => machine(PROGRAM, { [programValue]: version })
const without = (name) =>
  machine(
    PROGRAM.filter((path) => !path.endsWith(PROGRAM_FILES[name])),
    { [programValue]: VERSION },
  )

const STATES = [
  ['absent', machine([])],
  ['half installed: files, and no version yet', machine(PROGRAM)],
  ['half updated: the version was taken away first', machine(PROGRAM.filter((path) => !path.endsWith('.exe')))],
  ['half installed: a version, and no file', machine([], { [programValue]: VERSION })],
  ['without its shell', without('shell')],
  ['without its runtime', without('node')],
  ['without its helper', without('helper')],
  ['without its supervisor', without('supervisor')],
  ['old', installed('1.3.9')],
  ['old, by its number and not by its letters', installed('1.3.10')],
  ['current', installed(VERSION)],
  ['newer', installed('1.10.0')],
  ['of a version that is none', installed('yesterday')],
  ['uninstalled: data stays', machine([`${FOLDERS.bundle}\\kiosk.json`], { [dataValue('bundle')]: 3 })],
]

describe('Intune takes the program for installed', () => {
  const DETECTED = new Set(['current', 'newer'])
  it.each(STATES)('where it is %s: by the rules or not', (name, state) => {
    expect(isDetected(programApp(VERSION).rules, state)).toBe(DETECTED.has(name))
  })

  it.each(STATES)('for a rollback only where it is that very version, such as %s', (name, state) => {
    expect(isDetected(rollbackApp(VERSION).rules, state)).toBe(name === 'current')
  })

  it('needs every one of its rules: none is there for nothing', () => {
    const { rules } = programApp(VERSION)
    const detection = rules.filter(({ ruleType }) => ruleType === 'detection')
    for (const left of detection) {
      const others = detection.filter((rule) => rule !== left)
      const wronglyDetected = STATES.filter(([name, state]) => !DETECTED.has(name) && isDetected(others, state))
      expect(wronglyDetected.length, JSON.stringify(left)).toBeGreaterThan(0)
    }
  })
})

describe('Intune offers the program', () => {
  const edition = (name) =>
    machine([], { 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\EditionID': name })

  it.each(['Enterprise', 'EnterpriseN', 'EnterpriseS', 'Education', 'IoTEnterprise', 'IoTEnterpriseS'])(
    'on %s',
    (name) => {
      expect(isApplicable(programApp(VERSION).rules, edition(name))).toBe(true)
      expect(isApplicable(rollbackApp(VERSION).rules, edition(name))).toBe(true)
    },
  )

  it.each(['Professional', 'ProfessionalN', 'ProfessionalWorkstation', 'ProfessionalEducation', 'Core', 'CoreN'])(
    'not on %s, which has no Shell Launcher',
    (name) => {
      expect(isApplicable(programApp(VERSION).rules, edition(name))).toBe(false)
      expect(isApplicable(rollbackApp(VERSION).rules, edition(name))).toBe(false)
    },
  )
})

describe.each([
  ['bundle', bundleApp, 'kiosk.json'],
  ['trust', trustApp, 'bundle-keys.json'],
])('Intune takes the %s for installed', (what, app, file) => {
  const path = `${FOLDERS[what]}\\${file}`
  it.each([
    ['absent', machine([]), false],
    ['half installed: the file, and no version', machine([path]), false],
    ['half installed: the version, and no file', machine([], { [dataValue(what)]: 7 }), false],
    ['old', machine([path], { [dataValue(what)]: 6 }), false],
    ['current', machine([path], { [dataValue(what)]: 7 }), true],
    ['newer', machine([path], { [dataValue(what)]: 10 }), true],
    ['of a version that is text', machine([path], { [dataValue(what)]: '7' }), false],
  ])('where it is %s: %#', (_name, state, isInstalled) => {
    expect(isDetected(app(7).rules, state)).toBe(isInstalled)
  })
})
