/** Counts secrets in the memory of a running process, as a debugger could read it. Linux only; needs its account, or root. */
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const PAGE_BYTES = 4096
const CHUNK_BYTES = 8 * 1024 * 1024
/** Of each 64-bit entry of /proc/<pid>/pagemap, in its last byte: the page is in memory, or in swap. */
const BACKED = 0xc0
const MAP_ENTRY_BYTES = 8
const REGION = /^([0-9a-f]+)-([0-9a-f]+) rw/gm

export type MemorySearch = {
  bytes: number
  /** How often each group's secrets were found, in all encodings together. */
  counts: Record<string, number>
}

type Range = { from: number; to: number }
type Needle = { group: string; bytes: Buffer }

/** JavaScript keeps a string in one byte a character, or in two. */
function needlesOf(groups: Readonly<Record<string, readonly string[]>>): Needle[] {
  return Object.entries(groups).flatMap(([group, secrets]) =>
    secrets.flatMap((secret) =>
      (['latin1', 'utf16le'] as const).map((encoding) => ({ group, bytes: Buffer.from(secret, encoding) })),
    ),
  )
}

function countIn(content: Buffer, needle: Buffer): number {
  let count = 0
  for (let at = content.indexOf(needle); at >= 0; at = content.indexOf(needle, at + 1)) count += 1
  return count
}

/** A region may have gone, or may never be read: then it holds nothing for anybody. */
async function readAt(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  try {
    return buffer.subarray(0, (await file.read(buffer, 0, buffer.length, position)).bytesRead)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EIO' || code === 'EFAULT') return buffer.subarray(0, 0)
    throw error
  }
}

/** Gigabytes are reserved, megabytes are backed: runs of pages that hold anything. */
async function findBackedRuns(pageMap: FileHandle, { from, to }: Range): Promise<Range[]> {
  const map = Buffer.alloc(((to - from) / PAGE_BYTES) * MAP_ENTRY_BYTES)
  const entries = await readAt(pageMap, map, (from / PAGE_BYTES) * MAP_ENTRY_BYTES)
  const runs: Range[] = []
  for (let index = 0; index < entries.length / MAP_ENTRY_BYTES; index++) {
    if (((entries[index * MAP_ENTRY_BYTES + 7] ?? 0) & BACKED) === 0) continue
    const page = from + index * PAGE_BYTES
    const last = runs.at(-1)
    if (last?.to === page) last.to += PAGE_BYTES
    else runs.push({ from: page, to: page + PAGE_BYTES })
  }
  return runs
}

/**
 * The process is not held meanwhile: what it moves around may be counted twice, or not at all.
 *
 * @param groups names, each with the secrets to look for
 * @throws where the memory may not be read at all
 */
export async function searchMemory(
  processId: number,
  groups: Readonly<Record<string, readonly string[]>>,
): Promise<MemorySearch> {
  const needles = needlesOf(groups)
  const overlapBytes = Math.max(...needles.map(({ bytes }) => bytes.length)) - 1
  const search: MemorySearch = { bytes: 0, counts: Object.fromEntries(Object.keys(groups).map((group) => [group, 0])) }
  const folder = join('/proc', `${processId}`)
  const maps = await readFile(join(folder, 'maps'), 'utf8')
  const [memory, pageMap] = await Promise.all(['mem', 'pagemap'].map((name) => open(join(folder, name), 'r')))
  const buffer = Buffer.alloc(CHUNK_BYTES)
  try {
    for (const [, start = '', end = ''] of maps.matchAll(REGION)) {
      const region = { from: Number.parseInt(start, 16), to: Number.parseInt(end, 16) }
      for (const { from, to } of await findBackedRuns(pageMap as FileHandle, region)) {
        for (let at = from; at < to; at += CHUNK_BYTES - overlapBytes) {
          const content = await readAt(memory as FileHandle, buffer.subarray(0, Math.min(CHUNK_BYTES, to - at)), at)
          search.bytes += content.length
          for (const { group, bytes } of needles) {
            search.counts[group] = (search.counts[group] ?? 0) + countIn(content, bytes)
          }
        }
      }
    }
  } finally {
    await memory?.close()
    await pageMap?.close()
    buffer.fill(0)
  }
  return search
}
