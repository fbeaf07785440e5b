/** Debugging output of a library, of which a page has none. */
module.exports = () => () => {};
