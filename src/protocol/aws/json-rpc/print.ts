import {
  expectIterable,
  expectObject,
  refuse,
  refuseEvents,
  type Writer,
} from '../document/write.ts'
import type { Member, Shape, StructureShape } from '../shape.ts'
import { ByteText } from './byte-text.ts'

/** The bytes of a JSON text, from the value of a shape. */
export type Print = (value: unknown) => Buffer

const ascii = /^[ -~]*$/

/** How one shape is printed, and about how long that will be. */
interface Printer {
  readonly sizeBytes: (value: unknown) => number
  readonly print: (value: unknown, out: ByteText) => void
}

/**
 * A printer for shapes that hold lists of blobs, such as a page of records: it writes the bytes that are sent, with base64
 * where it stands, and makes neither a document nor a text of many megabytes on the way. `writers` are those of the general way, which the
 * result equals, errors included. Undefined for a shape that is not worth it.
 */
export function printerOf(
  shape: Shape,
  memberKey: (member: Member) => string,
  writers: (shape: Shape) => Writer,
): Print | undefined {
  if (!listsBlobs(shape, false, new Set())) return undefined
  const { sizeBytes, print } = compiler(memberKey, writers)(shape)
  return (value) => {
    const out = new ByteText(sizeBytes(value))
    print(value, out)
    return out.end()
  }
}

/** Whether there is a list in it whose items hold blobs; false for a shape that contains itself. */
function listsBlobs(shape: Shape, isInList: boolean, within: Set<Shape>): boolean {
  if (shape.kind === 'blob') return isInList
  if (within.has(shape)) return false
  within.add(shape)
  try {
    if (shape.kind === 'list') return listsBlobs(shape.item.shape, true, within)
    if (shape.kind !== 'structure') return false
    return shape.members.some((member) => listsBlobs(member.shape, isInList, within))
  } finally {
    within.delete(shape)
  }
}

function compiler(memberKey: (member: Member) => string, writers: (shape: Shape) => Writer) {
  const known = new WeakMap<Shape, Printer>()
  const printerOfShape = (shape: Shape): Printer => {
    let printer = known.get(shape)
    if (!printer) {
      // A shape that contains itself finds this while it is being compiled.
      known.set(shape, {
        sizeBytes: (value) => known.get(shape)!.sizeBytes(value),
        print: (value, out) => known.get(shape)!.print(value, out),
      })
      printer = compile(shape)
      known.set(shape, printer)
    }
    return printer
  }

  const compile = (shape: Shape): Printer => {
    switch (shape.kind) {
      case 'structure':
        return listsBlobs(shape, true, new Set()) ? structure(shape) : document(shape)
      case 'list':
        return listsBlobs(shape, true, new Set()) ? list(shape) : document(shape)
      case 'string':
        return {
          sizeBytes: (value) => (typeof value === 'string' ? value.length + 2 : 0),
          print: (value, out) =>
            typeof value === 'string' ? out.string(value) : refuse(value, 'a string'),
        }
      case 'blob':
        return blob
      default:
        return document(shape)
    }
  }

  /** What is rare or small, as the general way has it. */
  const document = (shape: Shape): Printer => {
    const write = writers(shape)
    return {
      sizeBytes: () => 24,
      print: (value, out) => {
        const written = write(value)
        if (typeof written === 'number') return out.raw(String(written))
        out.json(JSON.stringify(written))
      },
    }
  }

  const structure = (shape: StructureShape): Printer => {
    const names = shape.members.map(({ name }) => name)
    const keys = shape.members.map((member) => `${JSON.stringify(memberKey(member))}:`)
    if (!keys.every((key) => ascii.test(key))) return document(shape)
    const laterKeys = keys.map((key) => `,${key}`)
    const printers = shape.members.map((member) =>
      member.eventStream
        ? { sizeBytes: () => 0, print: refuseEvents }
        : printerOfShape(member.shape),
    )
    return {
      sizeBytes: (value) => {
        const source = expectObject(value, shape.name)
        let size = 2
        for (let i = 0; i < names.length; i += 1) {
          const element = source[names[i]!]
          if (has(element)) size += laterKeys[i]!.length + printers[i]!.sizeBytes(element)
        }
        return size
      },
      print: (value, out) => {
        const source = expectObject(value, shape.name)
        let isFirst = true
        out.raw('{')
        for (let i = 0; i < names.length; i += 1) {
          const element = source[names[i]!]
          if (!has(element)) continue
          out.raw(isFirst ? keys[i]! : laterKeys[i]!)
          isFirst = false
          printers[i]!.print(element, out)
        }
        out.raw('}')
      },
    }
  }

  const list = (shape: Extract<Shape, { readonly kind: 'list' }>): Printer => {
    const item = printerOfShape(shape.item.shape)
    const { sparse } = shape
    return {
      sizeBytes: (value) => {
        let size = 2
        // What is no array may give its elements only once.
        for (const element of Array.isArray(value) ? (value as readonly unknown[]) : []) {
          size += has(element) ? 1 + item.sizeBytes(element) : 5
        }
        return size
      },
      print: (value, out) => {
        let isFirst = true
        out.raw('[')
        for (const element of expectIterable(value, shape.name)) {
          if (!has(element) && !sparse) continue
          if (!isFirst) out.raw(',')
          isFirst = false
          if (has(element)) item.print(element, out)
          else out.raw('null')
        }
        out.raw(']')
      },
    }
  }
  return printerOfShape
}

function has(element: unknown): boolean {
  return element !== null && element !== undefined
}

const blob: Printer = {
  sizeBytes: (value) => (value instanceof Uint8Array ? Math.ceil(value.byteLength / 3) * 4 + 2 : 0),
  print: (value, out) => {
    if (value instanceof Uint8Array) out.base64(value)
    else if (typeof value === 'string') out.base64(Buffer.from(value))
    else refuse(value, 'bytes')
  },
}
