// Behaviour of every page. Each module listens on the document, so that fragments brought in later
// need no set-up; what to do is said by data attributes in the templates.
import "./requests.js";
import "./floating.js";
import "./popping.js";
import "./dialogs.js";
import "./undo.js";
import "./keys.js";
import "./drafts.js";
import "./slots.js";
import "./panes.js";
import "./scrolling.js";
import "./small.js";
import "./theme.js";
import "./charts-loader.js";
