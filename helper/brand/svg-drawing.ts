/** Counts what an SVG draws when everything that refers to something else is followed. Pure. Never follows a circle. */

/** An element, or the style sheets of a whole document. */
export type SvgNode = {
  children: SvgNode[]
  /** Ids of what it draws besides itself: `<use>`, clips, masks, patterns, gradients. */
  references: string[]
}

/** Two that double each other ten times over draw a thousand shapes out of twenty, and keep a screen busy for ever. */
const SHAPE_LIMIT = 20_000

/**
 * @returns how many shapes are drawn, more than the limit where there is no telling; null where something draws itself
 */
function countShapes(
  node: SvgNode,
  byId: ReadonlyMap<string, SvgNode>,
  counted: Map<SvgNode, number | null>,
): number | null {
  const known = counted.get(node)
  if (known !== undefined) return known
  // Found again below itself, it is part of a circle.
  counted.set(node, null)
  let count = 1
  const drawn = [...node.children, ...node.references.flatMap((id) => byId.get(id) ?? [])]
  for (const each of drawn) {
    const shapes = countShapes(each, byId, counted)
    if (shapes === null) return null
    count = Math.min(count + shapes, SHAPE_LIMIT + 1)
  }
  counted.set(node, count)
  return count
}

/** @returns what is wrong with how its parts refer to one another, or null */
export function checkDrawing(root: SvgNode, byId: ReadonlyMap<string, SvgNode>): string | null {
  const count = countShapes(root, byId, new Map())
  if (count === null) return 'has a part that draws itself'
  return count > SHAPE_LIMIT ? `draws more than ${SHAPE_LIMIT} shapes, by repeating its parts` : null
}
