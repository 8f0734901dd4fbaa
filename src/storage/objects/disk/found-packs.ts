import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finishPack } from './pack-file.ts'
import { packPath, tailPath } from './pack-writer.ts'

/** What is known of a pack. */
export interface Pack {
  /** Grows with each compaction; undefined while it is being written. */
  generation: number | undefined
  /** Of what is gone: lengths by offset. Undefined until somebody asks. */
  dead: Promise<Map<number, number>> | undefined
  /** Where records are, by offset, when compaction moved them. Undefined until somebody asks. */
  moved: Promise<ReadonlyMap<number, number>> | undefined
}

/** The packs of a folder. The one that a run which ended suddenly was writing is finished, and what a compaction left half-way goes. */
export async function findPacks(folder: string): Promise<Map<string, Pack>> {
  const names = await readdir(folder)
  const packs = new Map<string, Pack>()
  for (const name of names) {
    const [pack = '', kind] = name.split('.')
    if (kind !== 'tail') continue
    const path = tailPath(folder, pack)
    // It was finished, and had yet to lose its first name.
    if (names.includes(`${pack}.0.pack`)) {
      await rm(path, { force: true })
      continue
    }
    if (await finishPack(path, packPath(folder, pack, 0), pack)) names.push(`${pack}.0.pack`)
    else await rm(path)
  }
  for (const name of names) {
    const [pack = '', generation, kind] = name.split('.')
    if (kind !== 'pack') continue
    const before = packs.get(pack)?.generation ?? -1
    packs.set(pack, unread(Math.max(before, Number(generation))))
  }
  // What a compaction left behind: an older generation, or a newer one that was not finished.
  for (const name of names) {
    const [pack = '', generation, kind] = name.split('.')
    const isOld = packs.get(pack)?.generation !== Number(generation)
    if (kind === 'tmp' || ((kind === 'pack' || kind === 'dead') && isOld)) {
      await rm(join(folder, name))
    }
  }
  return packs
}

/** A pack of which nobody has asked anything yet. */
export function unread(generation: number | undefined): Pack {
  return { generation, dead: undefined, moved: undefined }
}
