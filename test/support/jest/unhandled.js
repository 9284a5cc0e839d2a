/** File in the folder of the run with unhandled errors that could not fail a test. */
export const UNHANDLED = 'unhandled-errors.txt';
