/** The downhill simplex of Nelder and Mead, for a handful of parameters. */

const ROUNDS = 400;

export function minimise(
  loss: (at: readonly number[]) => number,
  start: readonly number[],
): readonly number[] {
  const corner = (at: readonly number[]) => ({ at, loss: loss(at) });
  let simplex = [
    corner(start),
    ...start.map((_, moved) =>
      corner(start.map((value, place) => (place === moved ? value * 1.25 + 1e-4 : value))),
    ),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    simplex = simplex.toSorted((a, b) => a.loss - b.loss);
    const [best] = simplex;
    const worst = simplex.at(-1);
    const secondWorst = simplex.at(-2);
    if (best === undefined || worst === undefined || secondWorst === undefined) break;
    const others = simplex.slice(0, -1);
    const centre = start.map(
      (_, place) => others.reduce((sum, { at }) => sum + (at[place] ?? 0), 0) / others.length,
    );
    const along = (factor: number) =>
      corner(centre.map((value, place) => value + factor * ((worst.at[place] ?? 0) - value)));
    const reflected = along(-1);
    let next = reflected;
    if (reflected.loss < best.loss) {
      const expanded = along(-2);
      next = expanded.loss < reflected.loss ? expanded : reflected;
    } else if (reflected.loss >= secondWorst.loss) {
      next = along(0.5);
    }
    const shrinks = next.loss >= worst.loss;
    simplex = shrinks
      ? simplex.map(({ at }) =>
          corner(at.map((value, place) => (value + (best.at[place] ?? 0)) / 2)),
        )
      : [...others, next];
  }
  return simplex.toSorted((a, b) => a.loss - b.loss)[0]?.at ?? start;
}
