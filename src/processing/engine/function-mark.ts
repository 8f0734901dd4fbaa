/**
 * Stands before what a function of ours says of its failure, `NAME: text`, so that it is told from
 * the engine's own words.
 */
export const functionMark = '@function@'
