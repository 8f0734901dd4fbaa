import { instantiateWasm, type WasmModule } from '#kit'
import { wasm } from './assembly.generated.ts'
import { md5, oneBlockBytes, type HashKey } from './md5.ts'

interface Exports extends WasmModule {
  blocksAt(): number
  digestsAt(): number
  digestAll(): void
}

/** So many texts are hashed at once. */
export const lanes = 8

/** Texts lie in fours: a word of each of them, then the next word of each. */
const fourWords = 4 * 16

interface Memory {
  readonly digestAll: () => void
  readonly words: Int32Array
  readonly digests: Uint32Array
}

const nothing: Buffer = Buffer.alloc(0)
let memory: Memory | undefined

function memoryOf(): Memory {
  const { memory: whole, blocksAt, digestsAt, digestAll } = instantiateWasm<Exports>(wasm)
  return {
    digestAll,
    words: new Int32Array(whole.buffer, blocksAt(), lanes * 16),
    digests: new Uint32Array(whole.buffer, digestsAt(), lanes * 4),
  }
}

/**
 * MD5 of eight texts, or fewer, at once: for those who hash many. They lie in the bytes that were told last. Each text is given to a lane,
 * then all are digested, then each digest is taken. One caller at a time, who waits for nothing in between.
 */
export class KeyHashes {
  readonly #memory: Memory = (memory ??= memoryOf())
  /** Of texts that have more than one block, by their lane. */
  readonly #long = Array.from({ length: lanes }, () => new Uint32Array(4))
  readonly #isLong = Array.from({ length: lanes }, () => false)
  #bytes = nothing
  #view = new DataView(nothing.buffer)

  readIn(bytes: Buffer): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Nothing of the texts is kept. */
  end(): void {
    this.readIn(nothing)
  }

  give(lane: number, start: number, end: number): void {
    const size = end - start
    const isLong = size > oneBlockBytes
    this.#isLong[lane] = isLong
    if (isLong) {
      md5(this.#bytes, start, end, this.#long[lane]!)
      return
    }
    const { words } = this.#memory
    const view = this.#view
    let word = (lane >> 2) * fourWords + (lane & 3)
    // How many bits it has.
    words[word + 14 * 4] = size << 3
    let at = start
    for (; at + 4 <= end; at += 4, word += 4) words[word] = view.getInt32(at, true)
    // What is left of it, and the mark after it.
    let last = 0x80
    for (let left = end - 1; left >= at; left -= 1) last = (last << 8) | view.getUint8(left)
    words[word] = last
  }

  digest(): void {
    this.#memory.digestAll()
  }

  /** The digest of the text that the lane was given. */
  take(lane: number, digest: HashKey): void {
    if (this.#isLong[lane]) {
      digest.set(this.#long[lane]!)
      return
    }
    const { digests } = this.#memory
    const base = (lane >> 2) * 16 + (lane & 3)
    digest[0] = digests[base]!
    digest[1] = digests[base + 4]!
    digest[2] = digests[base + 8]!
    digest[3] = digests[base + 12]!
  }
}
