import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { elapsedMs, randomHex } from '#kit'

/** Folders that no task has are kept so long, and so many links in all: an object that is deleted holds its bytes no longer. */
const bounds = { idleMsMax: 10_000, linksMax: 8192 }

/** Of one folder's links. */
export interface LinkTotals {
  readonly links: number
  readonly sizeBytes: number
}

interface Kept extends LinkTotals {
  readonly path: string
  readonly sinceMs: number
}

/** The folder beside a process's own in which links are kept: what runs is confined to the process's own. */
export function keptFolderOf(root: string): string {
  return `${root}-kept`
}

/**
 * Folders of links that a task had, put aside whole for the next one that has the very same files: to link a file and to remove the
 * link costs more than to open it. While they are here no task can reach them.
 */
export class KeptLinks {
  /** By what is in them; the one that is idle for the longest time first. */
  readonly #kept = new Map<string, Kept>()
  readonly #bounds: typeof bounds
  #links = 0
  #timer: NodeJS.Timeout | undefined

  constructor(own: Partial<typeof bounds> = {}) {
    this.#bounds = { ...bounds, ...own }
  }

  /** Puts the folder with these contents in its place; undefined when there is none. */
  take(contents: string, place: string): LinkTotals | undefined {
    const kept = this.#kept.get(contents)
    if (!kept) return undefined
    this.#forget(contents, kept)
    renameSync(kept.path, place)
    return kept
  }

  /** Takes a folder away from where it is; its contents are as they were made. */
  put(root: string, place: string, contents: string, totals: LinkTotals): void {
    if (totals.links > this.#bounds.linksMax || this.#kept.has(contents)) return
    const path = join(keptFolderOf(root), randomHex(8))
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    renameSync(place, path)
    const { links, sizeBytes } = totals
    this.#kept.set(contents, { path, sinceMs: elapsedMs(), links, sizeBytes })
    this.#links += links
    this.#removeOld()
  }

  #forget(contents: string, { links }: Kept): void {
    this.#kept.delete(contents)
    this.#links -= links
  }

  #removeOld(): void {
    const { idleMsMax, linksMax } = this.#bounds
    const beforeMs = elapsedMs() - idleMsMax
    for (const [contents, kept] of this.#kept) {
      if (kept.sinceMs > beforeMs && this.#links <= linksMax) break
      this.#forget(contents, kept)
      rmSync(kept.path, { recursive: true, force: true })
    }
    if (this.#kept.size === 0 || this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#removeOld()
    }, idleMsMax).unref()
  }
}
