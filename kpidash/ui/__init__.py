"""The Streamlit skin over the services."""
