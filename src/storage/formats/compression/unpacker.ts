import type { ByteSource } from '../byte-source.ts'

/** The unpacked bytes of a source, in pieces. Throws an Error when the source is damaged. */
export type Unpacker = (source: ByteSource) => Iterable<Buffer>
