/** What only the flow's plots need, as one piece that is loaded with the first of them. */
import 'uplot/dist/uPlot.min.css';

export { default } from 'uplot';
