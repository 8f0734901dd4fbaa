import { readFileSync } from 'node:fs'

/** What a process has of memory, bytes; undefined where `/proc` does not tell. */
export interface ProcessMemory {
  readonly residentBytes: number
  readonly peakBytes: number
  readonly dataBytes: number
}

export function memoryOf(pid: number): ProcessMemory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    return {
      residentBytes: bytes('VmRSS'),
      peakBytes: bytes('VmHWM'),
      dataBytes: bytes('VmData'),
    }
  } catch {
    return undefined
  }
}
