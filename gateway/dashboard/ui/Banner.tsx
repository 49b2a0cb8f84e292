import { exactInstant, formatAge } from '../model/ages.ts';
import { worstProblem } from '../model/problems.ts';
import { useApp } from './context.ts';

/** One sentence when something is wrong with us. */
export function Banner() {
  const { fleet } = useApp();
  const problem = worstProblem(fleet.problems.value);
  return (
    <div role="status" aria-live="polite">
      {problem && (
        <div class="banner">
          <span>{problem.sentence}</span>
          <time dateTime={exactInstant(problem.sinceMs)} title={exactInstant(problem.sinceMs)} aria-hidden="true">
            for {formatAge(fleet.nowMs.value - problem.sinceMs)}
          </time>
        </div>
      )}
    </div>
  );
}
