import type { ListShape, Shape, StructureShape } from './shape.ts'

/**
 * A list of flat structures of texts and blobs as it lies in a request's bytes, with no object for any of them: a hot operation works
 * with these, and everybody else reads the member of the input, which makes the objects when it is asked for.
 */
export class ListColumns {
  /** By their places in a row. */
  readonly names: readonly string[]
  /** Which of them are blobs. */
  readonly blobs: readonly boolean[]
  /** How many numbers there are for a row. */
  readonly stride: number
  count = 0
  /**
   * For each member of each row where in `bytes` its value begins, and where it ends. A beginning of 0 says that it has none. Texts
   * are ASCII; blobs are decoded.
   */
  spans: Uint32Array
  #bytes: Buffer

  constructor(bytes: Buffer, names: readonly string[], blobs: readonly boolean[]) {
    this.#bytes = bytes
    this.names = names
    this.blobs = blobs
    this.stride = names.length * 2
    this.spans = new Uint32Array(this.stride * rowsAtFirst)
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  /** Adds a row without values; returns where its numbers begin. */
  addRow(): number {
    const at = this.count * this.stride
    this.count += 1
    if (at === this.spans.length) {
      const larger = new Uint32Array(at * 2)
      larger.set(this.spans)
      this.spans = larger
    }
    return at
  }

  /** The place in a row's numbers of a member. */
  placeOf(name: string): number {
    return this.names.indexOf(name) * 2
  }

  /** Somebody else has the bytes from now on. */
  letGo(): void {
    this.#bytes = nothing
    this.count = 0
  }

  /** As the objects that they would be otherwise. */
  toList(): readonly Readonly<Record<string, unknown>>[] {
    return Array.from({ length: this.count }, (_, index) => {
      const row: Record<string, unknown> = {}
      for (const [member, name] of this.names.entries()) {
        const at = index * this.stride + member * 2
        const start = this.spans[at]!
        const end = this.spans[at + 1]!
        if (start === 0) continue
        row[name] = this.blobs[member]
          ? this.#bytes.subarray(start, end)
          : this.#bytes.toString('latin1', start, end)
      }
      return row
    })
  }
}

const rowsAtFirst = 512
const nothing = Buffer.alloc(0)
const columnsKey = Symbol('columns')

/** Gives an input its list as columns; its member is the same list as objects, made when it is first read. */
export function setListColumns(input: object, member: string, columns: ListColumns): void {
  let list: readonly unknown[] | undefined
  Object.defineProperties(input, {
    [columnsKey]: { value: { member, columns } },
    [member]: { enumerable: true, get: () => (list ??= columns.toList()) },
  })
}

/** The list of an input that was read as columns, if one was; a request that was refused before has no input. They and what they gave are good until the request is answered. */
export function listColumns(
  input: unknown,
): { readonly member: string; readonly columns: ListColumns } | undefined {
  return (input as { [columnsKey]?: { member: string; columns: ListColumns } } | undefined)?.[
    columnsKey
  ]
}

/** The member of a structure that is a list of flat structures of texts and blobs, with a blob in them, beside plain members only. */
export function rowsMember(
  shape: Shape,
): { readonly list: string; readonly rows: ListShape } | undefined {
  if (shape.kind !== 'structure' || shape.isUnion) return undefined
  const [found, ...others] = shape.members.filter(({ shape: { kind } }) => {
    return kind === 'structure' || kind === 'list' || kind === 'map'
  })
  const rows = found?.shape
  if (rows?.kind !== 'list' || others.length > 0 || rows.sparse) return undefined
  return isRow(rows.item.shape) ? { list: found!.name, rows } : undefined
}

function isRow(shape: Shape): shape is StructureShape {
  if (shape.kind !== 'structure' || shape.isUnion) return false
  const kinds = new Set(shape.members.map((member) => member.shape.kind))
  return kinds.has('blob') && [...kinds].every((kind) => kind === 'blob' || kind === 'string')
}
