import { readFileSync } from 'node:fs'

/** What this process has reserved so far, most of it never touched; 0 where it cannot be told. */
export function addressSpaceBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return Number(/VmSize:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
