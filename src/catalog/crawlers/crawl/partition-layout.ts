import type { Folder } from './tree.ts'

/** One partition key of a table, by its level. */
export interface LayoutKey {
  readonly name: string
  /** Folders are named `name=value`. */
  readonly hive: boolean
}

/** The folder names between a table's folder and a leaf. */
export function levelsOf(tablePath: string, leaf: Folder): readonly string[] {
  return leaf.path.slice(tablePath.length).split('/').slice(0, -1)
}

/** The keys of a layout: `year=2024/…` names them, `2024/01/…` makes `partition_0`, `partition_1`. */
export function layoutKeys(
  rows: readonly (readonly string[])[],
  depth: number,
): readonly LayoutKey[] {
  return Array.from({ length: depth }, (_, level) => {
    const names = new Set(rows.map((row) => hiveKey(row[level]!)))
    const [name] = names
    const hive = names.size === 1 && name !== undefined
    return { name: hive ? name : `partition_${level}`, hive }
  })
}

export function layoutValues(keys: readonly LayoutKey[], levels: readonly string[]): string[] {
  return levels.map((level, index) =>
    keys[index]!.hive ? unescape(level.slice(level.indexOf('=') + 1)) : level,
  )
}

function hiveKey(level: string): string | undefined {
  const at = level.indexOf('=')
  return at > 0 ? unescape(level.slice(0, at)).toLowerCase() : undefined
}

/** Hive spells special characters of keys and values as `%XX`. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
