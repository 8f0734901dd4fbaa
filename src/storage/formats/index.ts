export { avroTypes } from './avro/library.ts'
export {
  readAvroRecords,
  type AvroField,
  type AvroRecordSchema,
  type AvroRecords,
} from './avro/records.ts'
export { writeAvro } from './avro/write-container.ts'
export { AvroWriter, type AvroCompression, type AvroWriterOptions } from './avro/writer.ts'
export { bufferSource, piecesOf, type ByteSource } from './byte-source.ts'
export { checkGrok, classifyText, type Classification, type ClassifyRequest } from './classify.ts'
export { codecOfName, unpackBlocks, type Codec } from './compression/codecs.ts'
export { unpackBzip2 } from './compression/bzip2.ts'
export { uncompressSnappy } from './compression/snappy.ts'
export { packHadoopSnappy, packSnappyFrames } from './compression/snappy-pack.ts'
export { openFile, type DecodedFile, type Encoding } from './decode.ts'
export {
  batchRows,
  sizeOfValue,
  type Batch,
  type FieldType,
  type FieldValue,
  type FileField,
} from './field-type.ts'
export { parsePath, recordsAt } from './json/records.ts'
export type { GrokField } from './lines/grok.ts'
export { OrcWriter, type OrcCompression, type OrcWriterOptions } from './orc/writer.ts'
export { valueTag } from './xml/xml-values.ts'
