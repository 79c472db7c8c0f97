/** The lock of one instance per userData folder. Survives kill -9 of its holder; never taken from a living one. */
import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SecondInstance = { argv: string[]; workingDirectory: string; additionalData: unknown }
type Holder = { processId: number; startedAt: string; socketPath: string }

/** Start time by the kernel, which tells a process from a later one with the same id; empty where there is no /proc. */
function startTimeOf(processId: number): string {
  try {
    const fields = readFileSync(`/proc/${processId}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    // No such process, or no /proc on this system; the signal test decides then.
    return ''
  }
}

export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return startTimeOf(processId) !== 'ended'
}

function readHolder(lockFile: string): Holder | null {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function isHolderAlive(holder: Holder): boolean {
  return isProcessAlive(holder.processId) && startTimeOf(holder.processId) === holder.startedAt
}

/** Links a complete file into place, so that nobody ever reads half a lock. */
function tryTake(lockFile: string, holder: Holder): boolean {
  const draft = `${lockFile}.${process.pid}`
  writeFileSync(draft, JSON.stringify(holder))
  try {
    linkSync(draft, lockFile)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Only one of several takers can move a dead holder's lock away; one moved in error is put back. */
function removeStale(lockFile: string, stale: Holder): void {
  const aside = `${lockFile}.${process.pid}.stale`
  try {
    renameSync(lockFile, aside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  if (readHolder(aside)?.socketPath !== stale.socketPath) linkSync(aside, lockFile)
  rmSync(aside, { force: true })
  rmSync(stale.socketPath, { force: true })
}

function listenForSecondInstances(socketPath: string, onSecondInstance: (second: SecondInstance) => void): void {
  const server = createServer((socket) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => {
      socket.end()
      if (text !== '') onSecondInstance(JSON.parse(text))
    })
    socket.on('error', (error) => console.error('electron stand-in: second instance:', error))
  })
  server.on('error', (error) => console.error('electron stand-in: single instance lock:', error))
  server.listen(socketPath)
  server.unref()
}

function notifyHolder(socketPath: string, second: SecondInstance): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => socket.end(JSON.stringify(second)))
    socket.on('error', (error) => {
      console.error('electron stand-in: first instance:', error)
      resolve()
    })
    socket.on('close', () => resolve())
    socket.resume()
  })
}

export type InstanceLock = { release(): void } | { refused: true; notified: Promise<void> }

/**
 * Takes the lock of `userData`, or tells its living holder about this second instance.
 *
 * @returns how to give the lock back, or the notification that must be out before this process ends
 */
export function takeInstanceLock(
  userData: string,
  additionalData: unknown,
  onSecondInstance: (second: SecondInstance) => void,
): InstanceLock {
  mkdirSync(userData, { recursive: true })
  const lockFile = join(userData, 'stand-in.lock')
  // In TMPDIR: a socket's path has little room, and userData may lie deep.
  const socketPath = join(tmpdir(), `stand-in-${randomUUID()}.sock`)
  const own: Holder = { processId: process.pid, startedAt: startTimeOf(process.pid), socketPath }
  while (!tryTake(lockFile, own)) {
    const holder = readHolder(lockFile)
    if (holder !== null && isHolderAlive(holder)) {
      const second = { argv: process.argv, workingDirectory: process.cwd(), additionalData }
      return { refused: true, notified: notifyHolder(holder.socketPath, second) }
    }
    if (holder !== null) removeStale(lockFile, holder)
  }
  listenForSecondInstances(socketPath, onSecondInstance)
  return {
    release() {
      rmSync(lockFile, { force: true })
      rmSync(socketPath, { force: true })
    },
  }
}
